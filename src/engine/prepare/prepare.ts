import type { Activation } from '../../protocol/model.js';
import { EngineError, fail } from '../failure.js';
import { findFeatureMaps, type FoundLayers } from '../layers/featureMaps.js';
import type { FeatureMap } from '../layers/grid.js';
import { receptiveFields } from '../layers/receptiveFields.js';
import type { Graph, Shapes } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { analyse, type Analysis } from '../rules/analysis.js';
import { type ActivationChoice, activationOf } from './activation.js';
import { canonise, canoniseFile } from './canonise/canonisers.js';
import { checkChoosesNoBoxes, checkClassifies } from './detection.js';
import { inFloat32 } from './float32.js';
import { forOnePicture } from './forOnePicture.js';
import type { ImageInput } from './imageInput.js';
import { type Answer, classRows, findLogits, type OutputChoice } from './logits.js';
import { isTurnedAround, withOpposites } from './opposites.js';
import { withoutPairs } from './pairs.js';
import { scoresOnly } from './scores.js';
import { checkSizes, checkWeightShapes } from './shapeChecks.js';
import { findShapes } from './shapes.js';
import { simplify } from './simplify.js';
import { upgrade } from './upgrade.js';

/** A model made ready to be compiled for one input size. */
export interface PreparedModel extends Answer {
  readonly analysis: Analysis;
  readonly image: ImageInput;
  readonly logitCount: number;
  /** For each class its row of the logits and their negations. */
  readonly classes: readonly number[];
  readonly activation: Activation;
  /** Tensor that passes start at: the logits, or these and their negations. */
  readonly rows: string;
  /** None in a network of dense layers alone. */
  readonly layers: readonly FeatureMap[];
  readonly offGrid: FoundLayers['offGrid'];
  /** On which part of the picture a layer's positions depend; null for all of it. */
  readonly fieldsOf: () => ReturnType<typeof receptiveFields>;
}

/** What the user, or somebody who published the model, says of its answer. */
export interface AnswerChoice extends ActivationChoice, OutputChoice {}

/**
 * Leaves out what no class score needs, fixes the input size, brings the operators to one opset, lets ONNX Runtime simplify the graph, folds
 * BatchNormalization and finds logits and layers.
 * @throws oldOpset, unknownOperator, refusedNode, refusedSize, openInput, fixedBatch, runtimeRefused, impossibleShape, varyingShape,
 * hugeConstants, misfitWeights, outOfMemory, detection…, segmentation, mapOutput, noLogits, pairScores, severalPictures,
 * badSetting
 */
export async function prepare(
  graph: Graph,
  image: ImageInput,
  size: { readonly height: number; readonly width: number },
  choice: AnswerChoice,
  file: string,
  cacheFolder: string,
): Promise<PreparedModel> {
  checkChoosesNoBoxes(graph, choice.output, file);
  const scored = withoutPairs(scoresOnly(graph, choice.output, file), file);
  const canonised = canoniseFile(inFloat32(upgrade(scored, file)));
  const single = await forOnePicture(canonised, image, size, file, cacheFolder).catch((error: unknown) => {
    throw blameInput(error, { ...image, batch: 1 }, size);
  });
  const { simplified, shapes } = await fit(single, file, cacheFolder).catch((error: unknown) => {
    throw blameInput(error, image, size);
  });
  checkWeightShapes(simplified, shapes, file);
  const isInside = choice.output !== null && !graph.outputs.some(({ name }) => name === choice.output);
  if (!isInside) checkClassifies(simplified, shapes, file);
  const canonical = canonise({ graph: simplified, image: image.name, shapes });
  const tensors = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const given = { tensors, outputs: graph.outputs };
  const answer = findLogits(canonical, given, choice, { file, batch: image.batch });
  const { logits } = answer;
  checkSizes(simplified, shapes, shapes.has(logits) ? logits : answer.output, file);
  const logitCount = elementCount(canonical.shapes.get(logits) ?? []);
  const activation = activationOf(answer.own, logitCount, choice);
  const classes = classRows(answer, logitCount);
  const isOpposed = activation === 'sigmoid' || classes.some((row) => row >= logitCount);
  const opposed = isOpposed || isTurnedAround(canonical, logits) ? withOpposites(canonical, logits) : null;
  const { model } = opposed ?? { model: canonical };
  const rows = isOpposed ? (opposed?.rows ?? logits) : logits;
  const analysis = analyse(model.graph, image.name, model.shapes, rows);
  const isPicture = pictureInShape(graph, image);
  const { maps, offGrid } = findFeatureMaps(analysis, image, logits, model.shapes, graph);
  const layers = maps.filter(({ tensor }) => !isPicture.has(tensor));
  const fieldsOf = (): ReturnType<typeof receptiveFields> =>
    receptiveFields(analysis.graph, image, model.shapes);
  return { ...answer, analysis, image, logitCount, classes, activation, rows, layers, offGrid, fieldsOf };
}

/** A flat picture that has got its shape is no more of a layer than one that comes in it. */
function pictureInShape({ nodes }: Graph, image: ImageInput): ReadonlySet<string> {
  const shaping = nodes.filter(({ op, inputs }) => SHAPING.has(op) && inputs[0] === image.name);
  return new Set(image.flat === null ? [] : shaping.flatMap(({ outputs }) => outputs));
}

const SHAPING = new Set(['Reshape', 'Unsqueeze']);

async function fit(
  graph: Graph,
  file: string,
  cacheFolder: string,
): Promise<{ readonly simplified: Graph; readonly shapes: Shapes }> {
  const simplified = await simplify(graph, file, cacheFolder);
  return { simplified, shapes: await findShapes(simplified, file, cacheFolder) };
}

/** A node that refuses a model whose input was fixed to what the file does not say refuses, as a rule, just that. */
function blameInput(
  error: unknown,
  image: ImageInput,
  size: { readonly height: number; readonly width: number },
): unknown {
  if (!(error instanceof EngineError) || error.failure.code !== 'refusedNode') return error;
  const { parameters } = error.failure;
  if (image.batch > 1) return fail('fixedBatch', { ...parameters, batch: image.batch }, error);
  const open = [...image.others].find(([, { isOpen, values }]) => isOpen && values === null);
  if (open !== undefined) return fail('openInput', { ...parameters, input: open[0] }, error);
  const isFree = image.height === null || image.width === null;
  return isFree ? fail('refusedSize', { ...parameters, ...size }, error) : error;
}
