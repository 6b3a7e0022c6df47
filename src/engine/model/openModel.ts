import { createHash } from 'node:crypto';

import type { Call } from '../../protocol/engineApi.js';
import type { ModelInfo, Preprocessing } from '../../protocol/model.js';
import type { ModelSettings } from '../../protocol/modelSettings.js';
import { loadLabels } from '../image/labels.js';
import {
  checkTask,
  labelsOfMetadata,
  type Metadata,
  preprocessingOfMetadata,
  takesLinearColours,
} from '../image/modelMetadata.js';
import { resolvePreprocessing } from '../image/resolvePreprocessing.js';
import { MaskedPasses } from '../masked/maskedModel.js';
import type { Graph } from '../onnx/graph.js';
import { carriedNames } from '../prepare/carriedNames.js';
import { checkEvaluationMode } from '../prepare/evaluationMode.js';
import { checkFinite } from '../prepare/finite.js';
import { isInOtherFloats } from '../prepare/float32.js';
import { findImageInput, type InputChoice, inputShape } from '../prepare/imageInput.js';
import { findInputRange, type InputRange } from '../prepare/inputRange.js';
import { imageTensor } from '../prepare/imageTensor.js';
import type { RawAnswer } from '../prepare/logits.js';
import { type AnswerChoice, prepare, type PreparedModel } from '../prepare/prepare.js';
import { isRounded } from '../prepare/rounding.js';
import { scoresOnly } from '../prepare/scores.js';
import { tryRun } from '../prepare/shapes.js';
import { report } from '../progress.js';
import type { Card } from '../runtime/card.js';
import type { KeptGraphs } from '../runtime/keptGraphs.js';
import { SharedSessions } from '../runtime/sharedSessions.js';
import { ScoreCam } from '../scoreCam/scoreCam.js';
import type { Making } from './compiledSession.js';
import { CardExplainer, type CardUse } from './cardExplainer.js';
import { createExplainer, type Explainer, type Purpose, USUAL } from './explainer.js';
import { ExplainerCache } from './explainerCache.js';
import { openFileAnswer } from './fileAnswer.js';
import { factsOf } from './modelFacts.js';
import { type ModelState, readInState } from './modelState.js';
import { checkAnswer } from './selfCheck.js';
import type { WeightExchange } from './weightExchange.js';

export interface OpenedModel {
  readonly facts: Omit<ModelInfo, 'labels' | 'preprocessing' | 'preprocessingSource'>;
  /** How what it puts out is read. */
  readonly answer: Pick<PreparedModel, 'own' | 'values' | 'sources'>;
  /** Class names in the file, the most trusted list first. */
  readonly carried: readonly (readonly string[])[];
  /** What it takes a pixel's values for, where it normalises inside. */
  readonly takes: InputRange | null;
  readonly metadata: Metadata;
  /** What the unmodified file puts out; null where what is explained computes the same. */
  readonly fileOutput: (input: Float32Array) => Promise<Float32Array | null>;
  /** Whether `explainerOf` has one for this purpose at hand. */
  readonly isCompiled: (purpose: Purpose) => boolean;
  /**
   * The model compiled for these methods and layers.
   * @throws every failure of reading and preparing a model; cancelled
   */
  readonly explainerOf: (purpose: Purpose, call: Call) => Promise<Explainer>;
  /** The same for one use, after which it is closed. */
  readonly briefExplainer: (purpose: Purpose, call: Call) => Promise<Explainer>;
  /**
   * The file's graph and what is made of it, read again.
   * @throws every failure of reading and preparing a model
   */
  readonly prepared: () => Promise<{ readonly file: Graph; readonly model: PreparedModel }>;
  readonly scoreCam: ScoreCam;
  readonly masked: MaskedPasses;
  /**
   * Compares an explanation's answer with the model's own.
   * @throws notFiniteLogits, wrongLogits; every failure of reading a model
   */
  readonly check: (input: Float32Array, found: RawAnswer) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** What of a model is taken, as far as somebody says. */
export interface Choice extends InputChoice, AnswerChoice {
  /** Input size of a model that takes any. */
  readonly size: Pick<Preprocessing, 'inputWidth' | 'inputHeight'> | null;
}

export const NO_CHOICE: Choice = {
  size: null,
  input: null,
  inputs: {},
  output: null,
  labelCounts: [],
  activation: null,
  published: null,
};

/** What opening a model needs besides the model. */
export interface Means {
  /** Puts the weights of a checkpoint into it. */
  readonly exchange: WeightExchange;
  /** Sessions of other checkpoints of its graph; null where it has them for itself. */
  readonly shared: SharedSessions | null;
  /** Where compiled graphs are kept for processes to come; null where they are not. */
  readonly kept: KeptGraphs | null;
  /** The graphics card that may compute in place of the processor; null for none. */
  readonly cardUse: CardUse | null;
  /** Where the runtime may write. */
  readonly cacheFolder: string;
}

/** Input size of a model that takes any and of which nobody says a size: ImageNet's. */
const USUAL_SIZE = { inputWidth: 224, inputHeight: 224 };

/**
 * Reads a model and makes it ready to be compiled.
 * @param state the state that its files are in
 * @throws every failure of reading and preparing a model; cancelled
 */
export async function openModel(
  state: ModelState,
  choice: Choice,
  { exchange, shared, kept, cardUse, cacheFolder }: Means,
  call: Call,
): Promise<OpenedModel> {
  const { file, files, identity } = state;
  report(call, 'read', 0);
  const { graph, weights } = await readInState(state, exchange);
  const scored = scoresOnly(graph, choice.output, file);
  checkTask(graph.metadata, file);
  checkFinite(scored, file);
  checkEvaluationMode(scored, file);
  const image = findImageInput(graph, file, choice);
  const { inputWidth, inputHeight } = {
    ...USUAL_SIZE,
    ...preprocessingOfMetadata(graph.metadata),
    ...choice.size,
  };
  const size = { height: image.height ?? inputHeight, width: image.width ?? inputWidth };
  report(call, 'simplify', 0.4);
  const own = labelsOfMetadata(graph.metadata);
  const counts = [...choice.labelCounts, ...(own === null ? [] : [own.length])];
  const prepareGraph = (from: Graph): Promise<PreparedModel> =>
    prepare(from, image, size, { ...choice, labelCounts: counts }, file, cacheFolder);
  const model = await prepareGraph(graph);
  report(call, 'compile', 0.8);
  const shape = inputShape(image, size.height, size.width);
  const { output, logits, logitCount, classes, activation, layers, values, sources } = model;
  const answer = { output, logits, logitCount, classes, values, sources };
  const computesOtherwise = isRounded(graph) || isInOtherFloats(graph);
  const asked = { file, image, size, output, count: model.sources.length };
  const fileAnswer = computesOtherwise ? await openFileAnswer(scored, asked) : null;
  const takes = await findInputRange(model.analysis.graph, image, file);
  // None of the functions here names a graph, so that each can be collected with its weights: it is read again when needed,
  // but for what was prepared just now, which is kept until it is compiled.
  const fresh = keep({ scored, model });
  const readAgain = async (): Promise<Graph> => (await readInState(state, exchange)).graph;
  const read = async (): Promise<Graph> =>
    fresh.kept?.scored ?? scoresOnly(await readAgain(), choice.output, file);
  const prepareAgain: OpenedModel['prepared'] = async () => {
    const again = await readAgain();
    return { file: again, model: await prepareGraph(again) };
  };
  const prepared = async (): Promise<Graph> => (await prepareAgain()).model.analysis.graph;
  const newExplainer = async (purpose: Purpose, of: Call, sessions: Means['shared']): Promise<Explainer> => {
    report(of, 'compile', null);
    const told = (fraction: number): void => {
      report(of, 'compile', fraction);
    };
    // What one job alone asks for is hardly asked for again.
    const making = { file, cacheFolder, shared: sessions, kept: purpose.exactly ? null : kept, told };
    return explainerFor(fresh.kept?.model ?? (await prepareAgain()).model, purpose, making);
  };
  const onCard = (purpose: Purpose, processor: Explainer): Explainer => {
    // Sessions that checkpoints share are fed with the weights in every run, which would have to get to the card; and where a
    // channel is strongest, rounding may decide.
    if (cardUse === null || shared !== null || purpose.peaks === true) return processor;
    const told = (): void => undefined;
    const make = async (card: Card): Promise<Explainer> =>
      createExplainer((await prepareAgain()).model, purpose, {
        file,
        cacheFolder,
        shared,
        kept: null,
        told,
        card,
      });
    const key = keyOf([cardUse.card?.identity, identity, choice, purpose]);
    return new CardExplainer(processor, { file, key, make }, cardUse);
  };
  const explainers = new ExplainerCache(USUAL);
  const forward = { file, identity, read, image, size, ...answer, activation, layers, cacheFolder };
  const masked = new MaskedPasses(forward);
  return {
    isCompiled: (purpose) => explainers.has(purpose),
    explainerOf: (purpose, of) =>
      explainers.get(purpose, async (made) => {
        const explainer = await newExplainer(made, of, shared);
        fresh.kept = null;
        return onCard(made, explainer);
      }),
    briefExplainer: async (purpose, of) => {
      // Read where they are, weights cost nothing: for a single run, taking them over would take longer than the run.
      const sessions = new SharedSessions();
      const explainer = await newExplainer(purpose, of, sessions);
      const dispose = async (): Promise<void> => {
        await explainer.dispose();
        await sessions.release();
      };
      return { ...explainer, structure: null, dispose };
    },
    prepared: prepareAgain,
    scoreCam: new ScoreCam(forward, masked),
    masked,
    dispose: async () => {
      await explainers.dispose();
      await fileAnswer?.dispose();
      await masked.dispose();
    },
    check: (input, found) =>
      checkAnswer({ file, read, image, size, answer, prepared }, imageTensor(image, shape, input), found),
    fileOutput: async (input) => (await fileAnswer?.answer(input)) ?? null,
    answer: { own: model.own, values: model.values, sources: model.sources },
    takes,
    metadata: graph.metadata,
    carried: [own ?? [], ...carriedNames(graph, output)],
    facts: {
      path: file,
      files,
      ...(weights !== null && { weights }),
      ...(takesLinearColours(graph.metadata) && { takesLinearColours: true }),
      input: { name: image.name, shape },
      onlyInFloat32: computesOtherwise && fileAnswer === null,
      ...factsOf(graph, model),
    },
  };
}

/** Apart from the functions of an open model, which would keep what one beside them names. */
function keep<T>(kept: T): { kept: T | null } {
  return { kept };
}

async function explainerFor(model: PreparedModel, purpose: Purpose, making: Making): Promise<Explainer> {
  try {
    return await createExplainer(model, purpose, making);
  } catch (error) {
    // Shapes that pass inference may not pass a run: where the model itself does not run, that is the reason.
    await tryRun(model.analysis.graph, making.file);
    throw error;
  }
}

/** A name for the files of what is found of it. */
function keyOf(what: unknown): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('hex');
}

/** What is told of an open model: its facts, and how this user feeds it and names its classes. */
export async function describeModel(
  { facts, answer, carried, takes, metadata }: OpenedModel,
  settings: ModelSettings,
): Promise<ModelInfo> {
  const { preprocessing, source } = await resolvePreprocessing(
    facts.path,
    facts.input.shape,
    answer.sources.length,
    settings,
    takes,
    metadata,
  );
  const labels = await loadLabels(facts.path, answer.sources.length, settings, carried);
  return { ...facts, labels, preprocessing, preprocessingSource: source };
}
