import { setImmediate } from 'node:timers/promises';

import type { Annotations } from '../protocol/annotations.js';
import type {
  AnnotationsRequest,
  Call,
  CompareRequest,
  EngineApi,
  EvaluateRequest,
  ExplainRequest,
  ExportedFile,
  ExportRequest,
  OpenRequest,
  PictureRequest,
  ThumbnailRequest,
  PresetTrial,
  SanityRequest,
  TryPresetsRequest,
} from '../protocol/engineApi.js';
import type { PictureEvaluation } from '../protocol/evaluation.js';
import type { Truth, TruthRequest } from '../protocol/truth.js';
import type { Explanation, Picture, Thumbnail } from '../protocol/explanation.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../protocol/picture.js';
import type { ModelInfo } from '../protocol/model.js';
import type { SanityResult } from '../protocol/sanity.js';
import { IndexCache } from './annotations/indexCache.js';
import { Look } from './annotations/look.js';
import { readAnnotations } from './annotations/readAnnotations.js';
import { readTruth } from './annotations/readTruth.js';
import { exportLayer } from './export/exportLayer.js';
import { refuseBlocked } from './compareRequest.js';
import { cardUseOf, type EngineOptions } from './engineOptions.js';
import { evaluatePicture, explainedIn } from './evaluatePicture.js';
import { EngineError, fail } from './failure.js';
import { decodePicture } from './image/decode.js';
import { cropOf } from './image/fit.js';
import { loadInputs } from './image/inputValues.js';
import { labelCounts } from './image/labels.js';
import { loadPicture } from './image/picture.js';
import { loadThumbnail } from './image/thumbnail.js';
import { preprocess } from './image/preprocess.js';
import { trialsOf } from './image/presets.js';
import { preferredInputSize } from './image/resolvePreprocessing.js';
import { inputOf } from './image/source.js';
import { publishedActivation } from './image/problemType.js';
import { checkSettings } from './image/settings.js';
import { IdleWork } from './idleWork.js';
import { InputExplainer, readingOf } from './inputExplainer.js';
import { Lanes } from './lanes.js';
import type { CardUse } from './model/cardExplainer.js';
import { USUAL } from './model/explainer.js';
import { ModelCache } from './model/modelCache.js';
import { describeModel, openModel, type OpenedModel } from './model/openModel.js';
import { WeightExchange } from './model/weightExchange.js';
import { bestPredictions } from './predictions.js';
import { report, type Turn } from './progress.js';
import { KeptGraphs } from './runtime/keptGraphs.js';
import { SharedSessions } from './runtime/sharedSessions.js';
import { checkSanity } from './sanityRequest.js';
import { ScratchFolder } from './scratch.js';

/** Long side of the picture in an export, in pixels. */
const EXPORT_SIDE = 2048;

/** Everything that is computed, one thing at a time. */
export class Engine implements EngineApi {
  readonly #log: EngineOptions['log'];
  readonly #maxMegapixels: number;
  readonly #scratch: ScratchFolder;
  readonly #models: ModelCache;
  readonly #explaining: InputExplainer;
  readonly #exchange = new WeightExchange();
  readonly #marked = new IndexCache();
  readonly #sessions = new SharedSessions();
  readonly #lanes = new Lanes();
  readonly #idle: IdleWork;
  readonly #cardUse: CardUse | null;
  readonly #kept: KeptGraphs | null;

  constructor(options: EngineOptions) {
    const { cacheFolder, log, canBeReplaced = false, maxMegapixels = DEFAULT_MAX_MEGAPIXELS } = options;
    this.#log = log;
    this.#maxMegapixels = maxMegapixels;
    this.#models = new ModelCache({
      residentMemory: () => process.memoryUsage.rss(),
      release: () => this.#sessions.release(),
      onFull: () => {
        if (!canBeReplaced) return;
        const refusal = fail('full', {});
        this.#lanes.close(refusal);
        throw refusal;
      },
    });
    this.#idle = new IdleWork(this.#lanes, options);
    this.#explaining = new InputExplainer(this.#models, this.#idle, log);
    this.#cardUse = cardUseOf(options);
    this.#kept = options.keepsGraphs === true ? new KeptGraphs(cacheFolder) : null;
    this.#scratch = new ScratchFolder(cacheFolder);
  }

  open(request: OpenRequest, call: Call): Promise<ModelInfo> {
    return this.#answer(call, async (turn) =>
      describeModel(await this.#model(request, turn), request.settings),
    );
  }

  explain(request: ExplainRequest, call: Call): Promise<Explanation> {
    return this.#answer(call, async (turn) => (await this.#explain(request, turn)).explanation);
  }

  compare(request: CompareRequest, call: Call): Promise<readonly Explanation[]> {
    return this.#answer(call, async (turn) => (await this.#compare(request, turn)).explanations);
  }

  sanity(request: SanityRequest, call: Call): Promise<SanityResult> {
    return this.#answer(call, async (turn) => {
      const model = await this.#model(request, turn);
      const info = await describeModel(model, request.settings);
      const limits = { cacheFolder: this.#scratch.path(), maxMegapixels: this.#maxMegapixels };
      return this.#models.hold(model, () => checkSanity(request, { model, info }, limits, turn));
    });
  }

  picture(request: PictureRequest, call: Call): Promise<Picture> {
    report(call, 'decode', null);
    return loadPicture(request, this.#maxMegapixels);
  }

  thumbnail(request: ThumbnailRequest): Promise<Thumbnail> {
    return loadThumbnail(request, this.#maxMegapixels);
  }

  annotations(request: AnnotationsRequest, call: Call): Promise<Annotations> {
    return readAnnotations(request, this.#look(call));
  }

  truth(request: TruthRequest, call: Call): Promise<Truth> {
    return readTruth(request, this.#look(call));
  }

  tryPresets(request: TryPresetsRequest, call: Call): Promise<readonly PresetTrial[]> {
    return this.#answer(call, async (turn) => {
      const model = await this.#model(request, turn);
      const info = await describeModel(model, request.settings);
      const { preprocessing } = info;
      const picture = await decodePicture(request.image, preprocessing, this.#maxMegapixels);
      const explainer = await model.explainerOf(USUAL, turn);
      const presets = trialsOf(preprocessing);
      const trials: PresetTrial[] = [];
      for (const preset of presets) {
        report(turn, 'run', trials.length / presets.length);
        const input = preprocess(picture, preset.preprocessing);
        const said = await explainer.answer(input);
        const output = (await model.fileOutput(input)) ?? said.output;
        const [best] = bestPredictions({ ...said, output }, readingOf(model, info));
        if (best !== undefined) trials.push({ ...best, ...preset });
      }
      return trials;
    });
  }

  evaluate(request: EvaluateRequest, call: Call): Promise<PictureEvaluation> {
    return this.#answer(call, async (turn) => {
      const model = await this.#model(request, turn);
      const info = await describeModel(model, request.settings);
      report(turn, 'decode', null);
      const picture = await decodePicture(request.picture, info.preprocessing, this.#maxMegapixels);
      const input = preprocess(picture, info.preprocessing);
      const asked = { ...picture, ...info, path: request.picture, sources: request.sources };
      const annotations = await readAnnotations(asked, this.#look(turn));
      const fed = {
        info,
        model,
        input: () => Promise.resolve(input),
        first: null,
        exactly: true,
        peaks: request.channels,
      };
      const explain = (target: number | null): Promise<readonly Explanation[]> =>
        this.#explaining.explain({ ...fed, request: explainedIn(request, target) }, turn);
      const { width, height } = picture;
      const seen = { width, height, crop: cropOf(width, height, info.preprocessing) };
      const reading = readingOf(model, info);
      const evaluated = { request, info, model, input, seen, annotations, explain, reading };
      return this.#models.hold(model, () => evaluatePicture(evaluated, turn));
    });
  }

  exportLayer(request: ExportRequest, call: Call): Promise<readonly ExportedFile[]> {
    return this.#answer(call, async (turn) => {
      const { partial, tensor, source } = request;
      // Of a layer whose passes were stopped nothing is computed again.
      const layers = partial === null ? [tensor] : [];
      const { explanation, info } = await this.#explain({ ...request, layers }, turn);
      const { preprocessing } = info;
      const shown = partial === null ? explanation : { ...explanation, layers: [partial.layer] };
      const pictureRequest = { path: source.path, preprocessing, maxSide: EXPORT_SIDE };
      const picture = await loadPicture(pictureRequest, this.#maxMegapixels);
      return exportLayer(request, info, shown, picture);
    });
  }

  /** Closes every session and removes temporary files. */
  dispose(): Promise<void> {
    this.#idle.end();
    return this.#lanes.run({ signal: new AbortController().signal, progress: () => undefined }, async () => {
      await this.#models.dispose();
      await this.#sessions.release();
      this.removeFiles();
    });
  }

  /** Removes temporary files, at once: for a process that ends. */
  removeFiles(): void {
    this.#scratch.remove();
  }

  /** Works in the call's turn; once more, on the new state, where a model's files changed meanwhile. */
  #answer<T>(call: Call, work: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#lanes.run(call, async (turn) => {
      try {
        return await work(turn);
      } catch (error) {
        if (!(error instanceof EngineError) || error.failure.code !== 'changedModel') throw error;
        return work(turn);
      }
    });
  }

  async #explain(
    { method, target, first, ...request }: ExplainRequest,
    turn: Turn,
  ): Promise<{ readonly explanation: Explanation; readonly info: ModelInfo }> {
    const all = { ...request, methods: [method], targets: [target], carried: false };
    const { explanations, info } = await this.#compare(all, turn, first);
    const [explanation] = explanations;
    if (explanation === undefined) throw new Error('one method and one class give one explanation');
    if (request.layers !== null) refuseBlocked(explanation.blocked, info, method);
    return { explanation, info };
  }

  async #compare(
    request: CompareRequest,
    turn: Turn,
    first: string | null = null,
  ): Promise<{ readonly explanations: readonly Explanation[]; readonly info: ModelInfo }> {
    const model = await this.#model(request, turn);
    const info = await describeModel(model, request.settings);
    const input = (): Promise<Float32Array> => {
      report(turn, 'decode', null);
      return inputOf(request.source, info, this.#maxMegapixels);
    };
    const fed = { request, info, model, input, first, exactly: false, peaks: false };
    return { explanations: await this.#explaining.explain(fed, turn), info };
  }

  #look(call: Call): Look {
    return new Look(this.#marked, {
      maxMegapixels: this.#maxMegapixels,
      breathe: async (fraction) => {
        await setImmediate();
        report(call, 'read', fraction);
      },
    });
  }

  async #model(
    { model, settings, weights, isCheckpoint = false }: OpenRequest,
    call: Call,
  ): Promise<OpenedModel> {
    const { input, inputs, output, activation } = checkSettings(model, settings);
    const size = await preferredInputSize(model, settings);
    const published = await publishedActivation(model);
    const choice = {
      ...{ size, input, inputs: await loadInputs(model, inputs), output, activation, published },
      labelCounts: await labelCounts(model, settings),
    };
    const means = {
      exchange: this.#exchange,
      shared: isCheckpoint ? this.#sessions : null,
      kept: this.#kept,
      cardUse: this.#cardUse,
      cacheFolder: this.#scratch.path(),
    };
    return this.#models.get(
      { file: model, weights: weights ?? null, isCheckpoint },
      choice,
      async (state) => {
        const started = performance.now();
        const opened = await openModel(state, choice, means, call);
        this.#log(`opened ${model} in ${Math.round(performance.now() - started)} ms`);
        return opened;
      },
    );
  }
}
