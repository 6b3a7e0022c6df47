import { createHash } from 'node:crypto';

import type { Call } from '../../protocol/engineApi.js';
import { DEFAULT_METHOD } from '../../protocol/methods.js';
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
import type { SharedSessions } from '../runtime/sharedSessions.js';
import { ScoreCam } from '../scoreCam/scoreCam.js';
import type { Making } from './compiledSession.js';
import { CardExplainer, type CardUse } from './cardExplainer.js';
import { createExplainer, type Explainer, type Purpose } from './explainer.js';
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
  /** The model compiled for the usual method alone. */
  readonly explainer: Explainer;
  /** What the unmodified file puts out; null where what is explained computes the same. */
  readonly fileOutput: (input: Float32Array) => Promise<Float32Array | null>;
  /**
   * The model compiled for these methods and layers.
   * @throws every failure of reading and preparing a model; cancelled
   */
  readonly explainerOf: (purpose: Purpose, call: Call) => Promise<Explainer>;
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
  /** The graphics card that may compute in place of the processor; null for none. */
  readonly cardUse: CardUse | null;
  /** Where the runtime may write. */
  readonly cacheFolder: string;
}

/** What a model is compiled for when it is opened. */
const USUAL: Purpose = { methods: [DEFAULT_METHOD], layers: null };

/** Input size of a model that takes any and of which nobody says a size: ImageNet's. */
const USUAL_SIZE = { inputWidth: 224, inputHeight: 224 };

/**
 * Reads a model and compiles it.
 * @param state the state that its files are in
 * @throws every failure of reading and preparing a model; cancelled
 */
export async function openModel(
  state: ModelState,
  choice: Choice,
  { exchange, shared, cardUse, cacheFolder }: Means,
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
  report(call, 'simplify', 0.2);
  const own = labelsOfMetadata(graph.metadata);
  const counts = [...choice.labelCounts, ...(own === null ? [] : [own.length])];
  const prepareGraph = (from: Graph): Promise<PreparedModel> =>
    prepare(from, image, size, { ...choice, labelCounts: counts }, file, cacheFolder);
  const model = await prepareGraph(graph);
  report(call, 'compile', 0.4);
  const shape = inputShape(image, size.height, size.width);
  const usual = await usualExplainer(model, {
    ...{ file, cacheFolder, shared },
    told: (fraction) => {
      report(call, 'compile', 0.4 + 0.6 * fraction);
    },
  });
  const { output, logits, logitCount, classes, activation, layers } = model;
  const answer = { output, logits, logitCount, classes };
  const computesOtherwise = isRounded(graph) || isInOtherFloats(graph);
  const fileAnswer = computesOtherwise ? await openFileAnswer(scored, { file, image, size, output }) : null;
  const takes = await findInputRange(model.analysis.graph, image, file);
  // None of the functions here names a graph, so that each can be collected with its weights: it is read again when needed.
  const readAgain = async (): Promise<Graph> => (await readInState(state, exchange)).graph;
  const read = async (): Promise<Graph> => scoresOnly(await readAgain(), choice.output, file);
  const prepareAgain: OpenedModel['prepared'] = async () => {
    const again = await readAgain();
    return { file: again, model: await prepareGraph(again) };
  };
  const prepared = async (): Promise<Graph> => (await prepareAgain()).model.analysis.graph;
  const onCard = (purpose: Purpose, processor: Explainer): Explainer => {
    // Sessions that checkpoints share are fed with the weights in every run, which would have to get to the card; and where a
    // channel is strongest, rounding may decide.
    if (cardUse === null || shared !== null || purpose.peaks === true) return processor;
    const told = (): void => undefined;
    const make = async (card: Card): Promise<Explainer> =>
      createExplainer((await prepareAgain()).model, purpose, { file, cacheFolder, shared, told, card });
    const key = keyOf([cardUse.card?.identity, identity, choice, purpose]);
    return new CardExplainer(processor, { file, key, make }, cardUse);
  };
  const explainer = onCard(USUAL, usual);
  const explainers = new ExplainerCache({ purpose: USUAL, explainer });
  const forward = { file, identity, read, image, size, ...answer, activation, layers, cacheFolder };
  const masked = new MaskedPasses(forward);
  return {
    explainer,
    explainerOf: (purpose, of) =>
      explainers.get(purpose, async () => {
        report(of, 'compile', null);
        const told = (fraction: number): void => {
          report(of, 'compile', fraction);
        };
        const { model } = await prepareAgain();
        return onCard(purpose, await createExplainer(model, purpose, { file, cacheFolder, shared, told }));
      }),
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
      ...factsOf(graph, model, explainer),
    },
  };
}

/** Apart from the functions of an open model, which would keep what one beside them names. */
async function usualExplainer(model: PreparedModel, making: Making): Promise<Explainer> {
  try {
    return await createExplainer(model, USUAL, making);
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
