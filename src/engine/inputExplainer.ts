import type { CompareRequest } from '../protocol/engineApi.js';
import type { Explanation } from '../protocol/explanation.js';
import { distinctLabels } from '../protocol/distinctLabels.js';
import type { ModelInfo } from '../protocol/model.js';
import { checkTargets, layersOf, purposeOf } from './compareRequest.js';
import { type Explained, explanationOf } from './explanation.js';
import type { IdleWork } from './idleWork.js';
import { pixelRange } from './image/preprocess.js';
import { isPassMethod } from './methods/table.js';
import type { Explainer, Purpose, RawExplanation } from './model/explainer.js';
import type { ModelCache } from './model/modelCache.js';
import type { OpenedModel } from './model/openModel.js';
import { type AnswerReading, predictedClass } from './predictions.js';
import { report, type Turn } from './progress.js';
import type { ScoreCamResult } from './scoreCam/scoreCam.js';
import { ScoreCache } from './scoreCam/scores.js';

/** What is asked of a model, and what it is fed. */
export interface FedModel {
  readonly request: CompareRequest;
  readonly info: ModelInfo;
  readonly model: OpenedModel;
  /** Values of the image input: asked for when the request is found to be right. */
  readonly input: () => Promise<Float32Array>;
  /** The layer that is told first where the others are not yet compiled; null for none. */
  readonly first: string | null;
  /** Whether to compile for the methods and layers asked for alone, as many pictures will be. */
  readonly exactly: boolean;
  /** Whether it is told where channels are strongest; only of what is compiled exactly. */
  readonly peaks: boolean;
}

/** Explains what models are fed, by one run for all methods but Score-CAM. */
export class InputExplainer {
  readonly #models: ModelCache;
  readonly #idle: IdleWork;
  readonly #log: (line: string) => void;
  readonly #scores = new ScoreCache();
  /** Models whose first explanation was found to have the model's own logits. */
  readonly #checked = new WeakSet<OpenedModel>();
  /** Structures of graphs of which this was found at one checkpoint: another one has the same operators. */
  readonly #checkedStructures = new Set<string>();

  constructor(models: ModelCache, idle: IdleWork, log: (line: string) => void) {
    this.#models = models;
    this.#idle = idle;
    this.#log = log;
  }

  /**
   * @returns one explanation per method and class, the first method's first
   * @throws unknownClass, unknownLayer, cancelled; every failure of preparing and running a model
   */
  async explain(
    { request, info, model, input: read, first, exactly, peaks }: FedModel,
    turn: Turn,
  ): Promise<readonly Explanation[]> {
    checkTargets(request, info);
    const layers = layersOf(request, info);
    const passes = request.methods.filter(isPassMethod);
    const usual = purposeOf(passes, request);
    const purpose =
      exactly && passes.length > 0 ? { ...usual, layers: request.layers, exactly, peaks } : usual;
    const input = await read();
    const fileOutput = await model.fileOutput(input);
    const explained: Explained = { request, info, reading: readingOf(model, info), fileOutput };
    const subject = { explained, model, input, layers };
    const started = performance.now();
    if (first !== null && layers.includes(first) && passes.length > 0 && !model.isCompiled(purpose))
      turn.partial?.(await this.#first({ ...subject, layers: [first] }, purpose, turn));
    const explainer = await model.explainerOf(purpose, turn);
    report(turn, 'run', null);
    const found = await this.#run({ ...subject, layers: passes.length > 0 ? layers : [] }, explainer);
    if (explainer.trial !== null) {
      const held = (giveWay: () => Promise<void>): Promise<void> =>
        this.#models.hold(model, async () => explainer.trial?.(giveWay));
      this.#idle.putOff(turn.lane, held);
    }
    const explanations = found.map((raw) => explanationOf(raw, explained, explainer.blocked(raw.method)));
    if (request.methods.includes('score-cam')) {
      explanations.push(...(await this.#score(subject, found.slice(0, request.targets.length), turn)));
    }
    this.#log(`explained ${request.source.path} in ${Math.round(performance.now() - started)} ms`);
    return request.methods.flatMap((id) => explanations.filter(({ method }) => method === id));
  }

  /** One layer's explanations, by a graph compiled for it alone: a part of the whole one, ready in a part of the time. */
  async #first(subject: PassSubject, purpose: Purpose, turn: Turn): Promise<readonly Explanation[]> {
    const { explained, model, layers } = subject;
    const explainer = await model.briefExplainer({ ...purpose, layers, exactly: true }, turn);
    try {
      report(turn, 'run', null);
      const asked = { ...explained, request: { ...explained.request, layers } };
      const found = await this.#run(subject, explainer);
      return found.map((raw) => explanationOf(raw, asked, explainer.blocked(raw.method)));
    } finally {
      await explainer.dispose();
    }
  }

  async #run(
    { explained: { request, info, reading, fileOutput }, model, input, layers }: PassSubject,
    explainer: Explainer,
  ): Promise<readonly RawExplanation[]> {
    const range = pixelRange(info.preprocessing);
    // The class that the file predicts, which what is explained may not.
    const ofFile = fileOutput && predictedClass(fileOutput, reading);
    const targets = request.targets.map((target) => target ?? ofFile);
    const found = await explainer.explain({ ...request, input, targets, range, layers });
    const [first] = found;
    if (first !== undefined && !this.#isChecked(model, explainer, first)) {
      await model.check(input, first);
      this.#checked.add(model);
      if (explainer.structure !== null) this.#checkedStructures.add(explainer.structure);
    }
    return found;
  }

  /** A checkpoint that computes no numbers is told so, though others of its graph were found right. */
  #isChecked(model: OpenedModel, { structure }: Explainer, { output, logits }: RawExplanation): boolean {
    if (this.#checked.has(model)) return true;
    const isKnown = structure !== null && this.#checkedStructures.has(structure);
    return isKnown && [output, logits].every((values) => values.every(Number.isFinite));
  }

  /** @param classes one raw explanation of each class, by any method */
  async #score(
    { explained, model, input, layers }: PassSubject,
    classes: readonly RawExplanation[],
    turn: Turn,
  ): Promise<readonly Explanation[]> {
    const explanations = (result: ScoreCamResult): readonly Explanation[] =>
      classes.map(({ target, output, logits }, index) => {
        const raw = { target, output, logits, method: 'score-cam', layers: result[index] ?? [] } as const;
        return explanationOf(raw, explained, new Map());
      });
    const targets = classes.map(({ target }) => target);
    const scoreRequest = { input, layers, targets, top: explained.request.top };
    return explanations(
      await this.#models.hold(model, () =>
        model.scoreCam.explain(scoreRequest, this.#scores, turn, (result) => {
          turn.partial?.(explanations(result));
        }),
      ),
    );
  }
}

interface PassSubject {
  readonly explained: Explained;
  readonly model: OpenedModel;
  readonly input: Float32Array;
  readonly layers: readonly string[];
}

/** How a model's answer is read where it is described so. */
export function readingOf({ answer }: OpenedModel, { activation, labels }: ModelInfo): AnswerReading {
  return { ...answer, activation, labels: distinctLabels(labels) };
}
