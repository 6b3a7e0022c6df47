import { type Attribute, float, int, ints, type Node } from '../onnx/graph.js';
import { floatTensor, int64Tensor } from '../onnx/tensor.js';
import type { Rewrite } from './rewrite.js';

/** scale · x + bias, one bias a channel */
const imageScaler: Rewrite = (node, constant) => {
  const bias = node.attributes.get('bias');
  const biases = bias?.type === 'floats' ? bias.value : [0];
  return chain(node, [
    ['Mul', [constant(floatTensor([float(node, 'scale', 1)], []))]],
    ['Add', [constant(floatTensor(biases, [biases.length, 1, 1]))]],
  ]);
};

const affine: Rewrite = (node, constant) =>
  chain(node, [
    ['Mul', [constant(floatTensor([float(node, 'alpha', 1)], []))]],
    ['Add', [constant(floatTensor([float(node, 'beta', 0)], []))]],
  ]);

const scale: Rewrite = (node, constant) =>
  chain(node, [['Mul', [constant(floatTensor([float(node, 'scale', 1)], []))]]]);

/** border: left, top, right, bottom; scale: height, width, where the right and bottom ones do not count */
const crop: Rewrite = (node, constant) => {
  const [left = 0, top = 0, right = 0, bottom = 0] = ints(node, 'border') ?? [];
  const [height, width] = ints(node, 'scale') ?? [];
  const to = (start: number, size: number | undefined, border: number): number => {
    if (size !== undefined) return start + size;
    return border === 0 ? Number.MAX_SAFE_INTEGER : -border;
  };
  const ends = [to(top, height, bottom), to(left, width, right)];
  return chain(node, [['Slice', [[top, left], ends, [2, 3]].map((list) => constant(int64Tensor(list)))]]);
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
  return (node, constant) =>
    chain(node, [
      ['Mul', [constant(floatTensor([float(node, 'beta', 1)], []))]],
      [op, []],
      ['Mul', [constant(floatTensor([float(node, 'alpha', 1)], []))]],
    ]);
}

/** Before opset 9 MeanVarianceNormalization took no axes; of one picture the batch is no axis. */
export const olderMeanVariance: Rewrite = (node, constant) => {
  const axes = int(node, 'across_channels', 0) === 1 ? [1, 2, 3] : [2, 3];
  const [x = ''] = node.inputs;
  const [y = ''] = node.outputs;
  if (int(node, 'normalize_variance', 1) === 1)
    return [{ ...node, attributes: new Map<string, Attribute>([['axes', { type: 'ints', value: axes }]]) }];
  const mean = { ...node, name: `${node.name}/mean`, op: 'ReduceMean', outputs: [`${y}/mean`] };
  const shift = { ...node, op: 'Sub', inputs: [x, `${y}/mean`], attributes: new Map<string, Attribute>() };
  return [{ ...mean, inputs: [x, constant(int64Tensor(axes))], attributes: new Map() }, shift];
};

/** Operators one behind the other, with further inputs each; the last has the node's name and output. */
function chain(node: Node, steps: readonly (readonly [string, readonly string[]])[]): readonly Node[] {
  const [x = ''] = node.inputs;
  const [y = ''] = node.outputs;
  const name = (step: number): string => (step === steps.length ? y : step === 0 ? x : `${y}/${step}`);
  return steps.map(([op, parameters], index) => ({
    ...node,
    name: index === steps.length - 1 ? node.name : `${node.name}/${index}`,
    op,
    inputs: [name(index), ...parameters],
    outputs: [name(index + 1)],
    attributes: new Map<string, Attribute>(),
  }));
}
