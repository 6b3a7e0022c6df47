// Every operator of README's table between two feature maps: `a` (and `b`), both (1, 4, 6, 6), and `y`.
import type { Attributes } from '../../../src/engine/onnx/builder.js';
import type { Node } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { constant, node, numbers } from './graphs.js';

/** One use of an operator. */
export interface Use {
  readonly nodes: readonly Node[];
  readonly constants?: Readonly<Record<string, Tensor>>;
  /** Channels of `y`, which is (1, channels, H, W). */
  readonly channels?: number;
  readonly opset?: number;
  /** `a` comes out of a Relu and is above 1; otherwise it has both signs. */
  readonly positive?: true;
  /** Relevance passes unchanged, so that the maps of `a` and `y` are one. */
  readonly unchanged?: true;
  /** `a` and `y` are outputs of the file too; else ONNX Runtime drops the operator, which changes nothing. */
  readonly kept?: true;
}

const int = (value: number) => ({ type: 'int', value }) as const;
const ints = (...value: readonly number[]) => ({ type: 'ints', value }) as const;
const float = (value: number) => ({ type: 'float', value }) as const;
const text = (value: string) => ({ type: 'string', value }) as const;

/** A node from `a` and constants to `y`. */
function one(
  op: string,
  constants: Readonly<Record<string, Tensor>> = {},
  attributes: Attributes = {},
): Pick<Use, 'nodes' | 'constants'> {
  return { nodes: [node(op, ['a', ...Object.keys(constants)], ['y'], attributes)], constants };
}

/** A function of each value, or a normalisation. */
function unchanged(...of: Parameters<typeof one>): Use {
  return { ...one(...of), unchanged: true };
}

/** Two activations to `y`. */
function two(op: string): Use {
  return { nodes: [node(op, ['a', 'b'], ['y'])] };
}

/** Data taken elsewhere by an operator, and brought back to the form (1, C, H, W). */
function there(
  back: readonly number[],
  ...of: Parameters<typeof one>
): Pick<Use, 'nodes' | 'constants' | 'channels'> {
  const [op, constants = {}, attributes] = of;
  return {
    nodes: [
      node(op, ['a', ...Object.keys(constants)], ['moved'], attributes),
      node('Reshape', ['moved', 'back'], ['y']),
    ],
    constants: { ...constants, back: int64Tensor(back) },
    channels: back[1] ?? 1,
  };
}

/** Positive, so that relevance arrives wherever a value is. */
const positive = (...dims: readonly number[]): Tensor => constant(numbers(dims, 7, 0.1, 1));
const perChannel = {
  scale: floatTensor([1.5, 0.5, 2, 1], [4]),
  shift: floatTensor([0.1, -0.2, 0, 0.3], [4]),
};
const scalar = (value: number): Tensor => floatTensor([value], []);
const window = { kernel_shape: ints(2, 2), strides: ints(2, 2) };
const attention = node('Softmax', ['a'], ['p'], { axis: int(-1) });

export const USES: Readonly<Record<string, readonly Use[]>> = {
  Conv: [one('Conv', { w: positive(4, 4, 3, 3) })],
  ConvTranspose: [
    one('ConvTranspose', { w: positive(4, 4, 2, 2) }, { strides: ints(2, 2) }),
    one('ConvTranspose', { w: positive(4, 4, 3, 3) }, { strides: ints(2, 2), output_shape: ints(11, 12) }),
  ],
  Gemm: [
    {
      nodes: [
        node('Flatten', ['a'], ['laid']),
        node('Gemm', ['laid', 'w'], ['row']),
        node('Reshape', ['row', 'back'], ['y']),
      ],
      constants: { w: positive(144, 36), back: int64Tensor([1, 4, 3, 3]) },
    },
  ],
  MatMul: [one('MatMul', { w: positive(6, 5) }), { nodes: [attention, node('MatMul', ['p', 'a'], ['y'])] }],
  Einsum: [
    one('Einsum', { w: positive(4, 4) }, { equation: text('nchw,cd->ndhw') }),
    one('Einsum', { w: positive(6, 5) }, { equation: text('...w,wk->...k') }),
    {
      nodes: [attention, node('Einsum', ['p', 'a'], ['y'], { equation: text('ncij,ncjk->ncik') })],
    },
  ],

  Relu: [unchanged('Relu')],
  LeakyRelu: [unchanged('LeakyRelu', {}, { alpha: float(0.2) })],
  PRelu: [unchanged('PRelu', { slope: floatTensor([0.1, 0.2, 0.3, 0.4], [4, 1, 1]) })],
  ThresholdedRelu: [unchanged('ThresholdedRelu', {}, { alpha: float(0.1) })],
  Clip: [unchanged('Clip', { low: scalar(0), high: scalar(6) })],
  Sigmoid: [unchanged('Sigmoid')],
  HardSigmoid: [unchanged('HardSigmoid')],
  HardSwish: [unchanged('HardSwish')],
  Tanh: [unchanged('Tanh')],
  Elu: [unchanged('Elu')],
  Selu: [unchanged('Selu')],
  Celu: [unchanged('Celu')],
  Gelu: [{ ...unchanged('Gelu'), opset: 20 }],
  Mish: [unchanged('Mish')],
  Swish: [{ ...unchanged('Swish', {}, { alpha: float(1.5) }), opset: 24 }],
  Softplus: [unchanged('Softplus')],
  Softsign: [unchanged('Softsign')],
  Erf: [unchanged('Erf')],
  Exp: [unchanged('Exp')],
  Log: [{ ...unchanged('Log'), positive: true }],
  Sqrt: [{ ...unchanged('Sqrt'), positive: true }],
  Pow: [unchanged('Pow', { exponent: scalar(2) })],
  Abs: [unchanged('Abs')],
  Reciprocal: [{ ...unchanged('Reciprocal'), positive: true }],
  Sign: [unchanged('Sign')],
  Round: [{ ...unchanged('Round'), positive: true }],
  Floor: [{ ...unchanged('Floor'), positive: true }],
  Ceil: [{ ...unchanged('Ceil'), positive: true }],

  BatchNormalization: [
    // After a Conv it is folded.
    {
      ...unchanged('BatchNormalization', {
        ...perChannel,
        mean: floatTensor([0, 0.1, 0, 0.2], [4]),
        variance: floatTensor([1, 2, 0.5, 1], [4]),
      }),
      positive: true,
    },
  ],
  LayerNormalization: [
    unchanged('LayerNormalization', { scale: positive(6), shift: positive(6) }, { axis: int(-1) }),
  ],
  RMSNormalization: [{ ...unchanged('RMSNormalization', { scale: positive(6) }), opset: 23 }],
  InstanceNormalization: [unchanged('InstanceNormalization', perChannel)],
  GroupNormalization: [
    { ...unchanged('GroupNormalization', perChannel, { num_groups: int(2) }), opset: 21 },
    // Before opset 21 it has one scale and shift a group.
    unchanged(
      'GroupNormalization',
      { scale: floatTensor([1.5, 0.5], [2]), shift: floatTensor([0.1, -0.2], [2]) },
      { num_groups: int(2) },
    ),
  ],
  LRN: [unchanged('LRN', {}, { size: int(3) })],
  MeanVarianceNormalization: [unchanged('MeanVarianceNormalization', {}, { axes: ints(0, 2, 3) })],

  MaxPool: [one('MaxPool', {}, window)],
  AveragePool: [one('AveragePool', {}, window)],
  GlobalMaxPool: [one('GlobalMaxPool')],
  GlobalAveragePool: [one('GlobalAveragePool')],
  ReduceMean: [{ ...one('ReduceMean', { axes: int64Tensor([1]) }), channels: 1 }],
  ReduceSum: [{ ...one('ReduceSum', { axes: int64Tensor([1]) }), channels: 1 }],
  ReduceMax: [{ ...one('ReduceMax', { axes: int64Tensor([1]) }), channels: 1 }],
  ReduceMin: [{ ...one('ReduceMin', { axes: int64Tensor([1]) }), channels: 1, positive: true }],
  ReduceL1: [{ ...one('ReduceL1', { axes: int64Tensor([1]) }), channels: 1 }],
  ReduceL2: [{ ...one('ReduceL2', { axes: int64Tensor([1]) }), channels: 1 }],
  ReduceSumSquare: [{ ...one('ReduceSumSquare', { axes: int64Tensor([1]) }), channels: 1 }],
  ReduceLogSum: [{ ...one('ReduceLogSum', { axes: int64Tensor([1]) }), channels: 1, positive: true }],
  ReduceLogSumExp: [{ ...one('ReduceLogSumExp', { axes: int64Tensor([1]) }), channels: 1 }],
  Col2Im: [
    {
      nodes: [
        node('Reshape', ['a', 'laid'], ['columns']),
        node('Col2Im', ['columns', 'picture', 'block'], ['y'], {
          strides: ints(2, 2),
          pads: ints(0, 0, 0, 0),
        }),
      ],
      // 36 blocks of 2 × 2 of one channel, side by side.
      constants: {
        laid: int64Tensor([1, 4, 36]),
        picture: int64Tensor([12, 12]),
        block: int64Tensor([2, 2]),
      },
      channels: 1,
    },
  ],
  Resize: ['nearest', 'linear'].map((mode) => ({
    nodes: [node('Resize', ['a', '', 'scales'], ['y'], { mode: text(mode) })],
    constants: { scales: floatTensor([1, 1, 2, 2], [4]) },
  })),

  Add: [two('Add'), unchanged('Add', { c: scalar(0.5) })],
  Sum: [two('Sum')],
  Sub: [two('Sub'), unchanged('Sub', { c: scalar(0.1) })],
  Neg: [unchanged('Neg')],
  Mul: [two('Mul'), unchanged('Mul', { c: scalar(0.5) })],
  Div: [{ ...two('Div'), positive: true }, unchanged('Div', { c: scalar(0.5) })],
  Max: [two('Max')],
  Min: [two('Min')],
  Where: [
    {
      nodes: [node('Greater', ['a', 'limit'], ['chosen']), node('Where', ['chosen', 'a', 'a'], ['y'])],
      constants: { limit: scalar(0.5) },
    },
  ],

  Concat: [{ nodes: [node('Concat', ['a', 'b'], ['y'], { axis: int(1) })], channels: 8 }],
  Split: [
    {
      nodes: [
        node('Split', ['a'], ['first', 'second'], { axis: int(1), num_outputs: int(2) }),
        node('Concat', ['second', 'first'], ['y'], { axis: int(1) }),
      ],
    },
  ],
  Slice: [one('Slice', { starts: int64Tensor([1]), ends: int64Tensor([5]), axes: int64Tensor([2]) })],
  Gather: [one('Gather', { indices: int64Tensor([3, 1, 1]) }, { axis: int(2) })],
  GatherElements: [
    one(
      'GatherElements',
      {
        indices: int64Tensor(
          Array.from({ length: 144 }, (_, index) => index % 4),
          [1, 4, 6, 6],
        ),
      },
      { axis: int(1) },
    ),
  ],
  GatherND: [there([1, 2, 6, 6], 'GatherND', { indices: int64Tensor([0, 3, 0, 1], [2, 2]) })],
  ScatterND: [
    {
      nodes: [node('ScatterND', ['a', 'indices', 'a'], ['y'])],
      constants: { indices: int64Tensor([0], [1, 1]) },
    },
  ],
  Expand: [
    {
      nodes: [node('ReduceMax', ['a', 'axes'], ['largest']), node('Expand', ['largest', 'shape'], ['y'])],
      constants: { axes: int64Tensor([1]), shape: int64Tensor([1, 4, 6, 6]) },
    },
  ],
  Tile: [one('Tile', { repeats: int64Tensor([1, 1, 2, 1]) })],
  Pad: [one('Pad', { pads: int64Tensor([0, 0, 1, 1, 0, 0, 1, 1]) }, { mode: text('reflect') })],
  Reshape: [{ ...one('Reshape', { shape: int64Tensor([1, 4, 9, 4]) }) }],
  Flatten: [there([1, 4, 6, 6], 'Flatten')],
  Squeeze: [there([1, 4, 6, 6], 'Squeeze', { axes: int64Tensor([0]) })],
  Unsqueeze: [there([1, 4, 6, 6], 'Unsqueeze', { axes: int64Tensor([0]) })],
  Transpose: [one('Transpose', {}, { perm: ints(0, 1, 3, 2) })],
  SpaceToDepth: [{ ...one('SpaceToDepth', {}, { blocksize: int(2) }), channels: 16 }],
  DepthToSpace: [{ ...one('DepthToSpace', {}, { blocksize: int(2) }), channels: 1 }],
  Identity: [{ ...unchanged('Identity'), kept: true }],
  Dropout: [{ ...unchanged('Dropout'), kept: true }],
  Cast: [{ ...unchanged('Cast', {}, { to: int(DataType.FLOAT) }), kept: true }],
};
