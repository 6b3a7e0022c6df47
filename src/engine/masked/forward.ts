import type { Activation } from '../../protocol/model.js';
import type { FeatureMap } from '../layers/grid.js';
import type { Graph, ValueInfo } from '../onnx/graph.js';
import { inFloat32 } from '../prepare/float32.js';
import { forOnePicture } from '../prepare/forOnePicture.js';
import { type ImageInput, inputShape } from '../prepare/imageInput.js';
import { simplify } from '../prepare/simplify.js';
import { upgrade } from '../prepare/upgrade.js';

/** An open model, as far as its own forward passes need to know it. */
export interface ForwardModel {
  readonly file: string;
  /** What tells this state of its files from any other. */
  readonly identity: string;
  /** Reads it once more, in this state. */
  readonly read: () => Promise<Graph>;
  readonly image: ImageInput;
  readonly size: { readonly height: number; readonly width: number };
  /** Tensor of what the model puts out. */
  readonly output: string;
  /** Tensor that holds the logits, and how many there are. */
  readonly logits: string;
  readonly logitCount: number;
  /** For each class its row of the logits and their negations. */
  readonly classes: readonly number[];
  readonly activation: Activation;
  readonly layers: readonly FeatureMap[];
  /** Where the runtime may write. */
  readonly cacheFolder: string;
}

/** Size of the first axis of the input: one picture, or as many as are fed. */
export type Batch = 1 | 'pictures';

/**
 * The model's own forward pass, from the file: it is not kept in memory between layers.
 * @throws every failure of reading a model; runtimeRefused, outOfMemory
 */
export async function forwardGraph(
  { file, read, image, size, cacheFolder }: ForwardModel,
  batch: Batch,
): Promise<Graph> {
  const graph = inFloat32(upgrade(await read(), file));
  const fixed = await forOnePicture(graph, image, size, file, cacheFolder);
  const inputs = fixed.inputs.map((info): ValueInfo => ({
    ...info,
    shape: [batch, ...(info.shape ?? []).slice(1)],
  }));
  return simplify({ ...fixed, inputs }, file, cacheFolder);
}

/** Shape of one picture. */
export function pictureShape({ image, size }: ForwardModel): readonly number[] {
  return inputShape(image, size.height, size.width);
}
