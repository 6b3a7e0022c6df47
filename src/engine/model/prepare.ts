import { analyse, type Analysis } from '../compile/analysis.js';
import { foldBatchNormalization } from '../compile/batchNormalization.js';
import type { FeatureMap } from '../compile/explanationGraph.js';
import { inFloat32 } from '../compile/float32.js';
import { simplify } from '../compile/simplify.js';
import { fail } from '../failure.js';
import type { Graph } from '../onnx/graph.js';
import { upgrade } from '../onnx/upgrade.js';
import { findFeatureMaps } from './featureMaps.js';
import { fixInput, type ImageInput } from './imageInput.js';
import { findLogits } from './logits.js';
import { findShapes } from './shapes.js';

/** A model made ready to be compiled for one input size. */
export interface PreparedModel {
  readonly analysis: Analysis;
  readonly image: ImageInput;
  /** Tensor that holds the logits. */
  readonly logits: string;
  readonly classCount: number;
  readonly layers: readonly FeatureMap[];
}

/**
 * Fixes the input size, brings the operators to one opset, lets ONNX Runtime simplify the graph, folds
 * BatchNormalization and finds logits and layers.
 * @param output the output of one value per class, where the user chose one
 * @throws runtimeRefused, noLogits, badSetting, noFeatureMap, invalidModel
 */
export async function prepare(
  graph: Graph,
  image: ImageInput,
  size: { readonly height: number; readonly width: number },
  output: string | null,
  file: string,
  cacheFolder: string,
): Promise<PreparedModel> {
  const fixed = fixInput(inFloat32(upgrade(graph, file)), image, size.height, size.width);
  const simplified = await simplify(fixed, file, cacheFolder);
  const shapes = await findShapes(simplified, file, cacheFolder);
  const logits = findLogits(simplified, shapes, file, output);
  const folded = foldBatchNormalization(simplified, image.name, shapes);
  const analysis = analyse(folded.graph, image.name, new Map([...shapes, ...folded.shapes]));
  const layers = findFeatureMaps(analysis, image, logits, shapes, graph);
  if (layers.length === 0) throw fail('noFeatureMap', { file });
  const classCount = analysis.shape(logits).reduce((count, dim) => count * dim, 1);
  return { analysis, image, logits, classCount, layers };
}
