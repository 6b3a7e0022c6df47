import { fail } from '../failure.js';
import type { Graph, ValueInfo } from '../onnx/graph.js';
import { DataType, dataTypeName } from '../onnx/tensor.js';

/** The input that the picture goes into. */
export interface ImageInput {
  readonly name: string;
  readonly layout: 'NCHW' | 'NHWC';
  readonly channels: 1 | 3;
  /** null where the model takes any. */
  readonly height: number | null;
  readonly width: number | null;
}

/**
 * Finds the image input of a model: a float tensor (N, C, H, W) or (N, H, W, C) with one or three channels.
 * @throws noImageInput saying what the model takes instead
 */
export function findImageInput(graph: Graph, file: string): ImageInput {
  const found = graph.inputs.flatMap((info) => asImage(info) ?? []);
  const [image, ...others] = found;
  if (image === undefined) {
    const inputs = graph.inputs.map(describe).join('; ');
    throw fail('noImageInput', { file, reason: inputs === '' ? 'it has no inputs' : `it takes ${inputs}` });
  }
  if (others.length > 0 || graph.inputs.length > 1) {
    const further = graph.inputs.filter(({ name }) => name !== image.name).map(describe);
    throw fail('noImageInput', { file, reason: `besides ${image.name} it needs ${further.join('; ')}` });
  }
  return image;
}

/** The graph with its image input fixed to one picture of this size. */
export function fixInput(graph: Graph, image: ImageInput, height: number, width: number): Graph {
  const shape = inputShape(image, height, width);
  return {
    ...graph,
    inputs: graph.inputs.map((info) => (info.name === image.name ? { ...info, shape } : info)),
    // Declared shapes may speak of other sizes.
    outputs: graph.outputs.map((info) => ({ ...info, shape: null })),
    valueInfo: new Map(),
  };
}

/** (1, C, H, W) or (1, H, W, C) */
export function inputShape(
  { layout, channels }: ImageInput,
  height: number,
  width: number,
): readonly number[] {
  return layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels];
}

function asImage({ name, dataType, shape }: ValueInfo): ImageInput | null {
  if (dataType !== DataType.FLOAT || shape?.length !== 4) return null;
  const [batch, second, third, fourth] = shape;
  if (typeof batch === 'number' && batch > 1) return null;
  const size = (dim: number | string | null | undefined): number | null =>
    typeof dim === 'number' && dim > 0 ? dim : null;
  if (second === 1 || second === 3)
    return { name, layout: 'NCHW', channels: second, height: size(third), width: size(fourth) };
  if (fourth === 1 || fourth === 3)
    return { name, layout: 'NHWC', channels: fourth, height: size(second), width: size(third) };
  return null;
}

function describe({ name, dataType, shape }: ValueInfo): string {
  const type = dataTypeName(dataType);
  const dims = shape?.map((dim) => dim ?? '?').join(' × ') ?? 'of unknown rank';
  return `${name} (${type} ${dims})`;
}
