import { float, input, int, ints, type Node } from '../onnx/graph.js';
import { floatTensor, int64Tensor, type Tensor } from '../onnx/tensor.js';
import { Replacement } from './replacement.js';
import type { Rewrite } from './rewrite.js';

/** scale · x + bias, one bias a channel */
const imageScaler: Rewrite = (node, constant) => {
  const bias = node.attributes.get('bias');
  const biases = bias?.type === 'floats' ? bias.value : [0];
  const parts = new Replacement(node);
  const scaled = parts.add('Mul', [input(node, 0), number(node, 'scale', 1, constant)]);
  return parts.end('Add', [scaled, constant(floatTensor(biases, [biases.length, 1, 1]))]);
};

const affine: Rewrite = (node, constant) => {
  const parts = new Replacement(node);
  const scaled = parts.add('Mul', [input(node, 0), number(node, 'alpha', 1, constant)]);
  return parts.end('Add', [scaled, number(node, 'beta', 0, constant)]);
};

const scale: Rewrite = (node, constant) =>
  new Replacement(node).end('Mul', [input(node, 0), number(node, 'scale', 1, constant)]);

/** border: left, top, right, bottom; scale: height, width, where the right and bottom ones do not count */
const crop: Rewrite = (node, constant) => {
  const [left = 0, top = 0, right = 0, bottom = 0] = ints(node, 'border') ?? [];
  const [height, width] = ints(node, 'scale') ?? [];
  const to = (start: number, size: number | undefined, border: number): number => {
    if (size !== undefined) return start + size;
    return border === 0 ? Number.MAX_SAFE_INTEGER : -border;
  };
  const ends = [to(top, height, bottom), to(left, width, right)];
  const bounds = [[top, left], ends, [2, 3]].map((list) => constant(int64Tensor(list)));
  return new Replacement(node).end('Slice', [input(node, 0), ...bounds]);
};

/** Operators that ONNX Runtime knows below opset 10 alone, as Core ML's and Caffe 2's converters wrote them. */
export const WITHDRAWN: readonly { readonly ops: readonly string[]; readonly rewrite: Rewrite }[] = [
  { ops: ['ImageScaler'], rewrite: imageScaler },
  { ops: ['Affine'], rewrite: affine },
  { ops: ['Scale'], rewrite: scale },
  { ops: ['ScaledTanh'], rewrite: scaled('Tanh') },
  { ops: ['ParametricSoftplus'], rewrite: scaled('Softplus') },
  { ops: ['Crop'], rewrite: crop },
  { ops: ['DynamicSlice'], rewrite: (node) => [{ ...node, op: 'Slice' }] },
];

/** alpha · f(beta · x) */
function scaled(op: string): Rewrite {
  return (node, constant) => {
    const parts = new Replacement(node);
    const inner = parts.add('Mul', [input(node, 0), number(node, 'beta', 1, constant)]);
    return parts.end('Mul', [parts.add(op, [inner]), number(node, 'alpha', 1, constant)]);
  };
}

/** A float attribute, or its default, as a constant. */
function number(node: Node, name: string, fallback: number, constant: (tensor: Tensor) => string): string {
  return constant(floatTensor([float(node, name, fallback)], []));
}

/** Before opset 9 MeanVarianceNormalization took no axes; of one picture the batch is no axis. */
export const olderMeanVariance: Rewrite = (node, constant) => {
  const axes = int(node, 'across_channels', 0) === 1 ? [1, 2, 3] : [2, 3];
  const parts = new Replacement(node);
  const x = input(node, 0);
  if (int(node, 'normalize_variance', 1) === 1)
    return parts.end(node.op, [x], { axes: { type: 'ints', value: axes } });
  return parts.end('Sub', [x, parts.add('ReduceMean', [x, constant(int64Tensor(axes))])]);
};

/** x / ‖x‖ along one axis, by L1 or L2; a norm of zero divides by a tiny number. */
export const lpNormalization: Rewrite = (node, constant) => {
  const [x, axes] = [input(node, 0), constant(int64Tensor([int(node, 'axis', -1)]))];
  const parts = new Replacement(node);
  const norm = parts.add(int(node, 'p', 2) === 1 ? 'ReduceL1' : 'ReduceL2', [x, axes]);
  return parts.end('Div', [x, parts.add('Max', [norm, constant(floatTensor([1e-12], []))])]);
};
