import { counted } from '../onnx/axes.js';
import type { Value } from '../onnx/builder.js';
import { input, int, ints, output, text } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import {
  allActivations,
  type Backward,
  dataOnly,
  likeInput,
  likeInputs,
  passThrough,
  type Rule,
  type RuleContext,
} from './rule.js';
import { betweenZeros } from './runs.js';
import { scatterAdd } from './scatter.js';

/** Moving data is linear with weights 0 and 1: derivative and relevance travel back the same way. */
function movement(
  ops: readonly string[],
  back: Backward,
  nonNegative: Rule['nonNegative'] = likeInput,
  takers?: Rule['takers'],
): Rule {
  return { ops, nonNegative, derivative: back, relevance: back, ...(takers && { takers }) };
}

const reshaped = dataOnly(({ node, builder, shape }, arriving) =>
  builder.reshape(arriving, shape(input(node, 0))),
);

/** Transpose-13; without `perm` the axes are reversed. */
const transposed = dataOnly(({ node, builder, shape }, arriving) => {
  const axes = shape(input(node, 0)).map((_, axis) => axis);
  const perm = ints(node, 'perm') ?? axes.toReversed();
  return builder.transpose(
    arriving,
    axes.map((axis) => perm.indexOf(axis)),
  );
});

/** Concat-13: each operand takes its slice. */
const sliced: Backward = ({ node, builder, shape, isConstant }, [arriving]) => {
  const axis = counted(int(node, 'axis', 0), shape(output(node)).length);
  let start = 0;
  return node.inputs.map((operand) => {
    const begin = start;
    start += shape(operand)[axis] ?? 0;
    return arriving == null || isConstant(operand)
      ? null
      : builder.slice(arriving, [begin], [start], [axis], [1]);
  });
};

/**
 * Any operator that copies elements: applied to the positions 0, 1, 2, … it tells where each output element came from,
 * and what arrives there is added up at its source. A position past the end stands for padding.
 */
const followed: Backward = (context, arriving) => {
  const { node, builder, shape } = context;
  const size = shape(input(node, 0));
  const count = elementCount(size);
  const range = builder.op('Range', [scalar(context, 0), scalar(context, count), scalar(context, 1)]);
  const positions = builder.reshape(range, size);
  const padded = node.op === 'Pad';
  const parameters = padded ? padInputs(context, count) : node.inputs.slice(1);
  const sources = builder.opWithOutputs(
    node.op,
    [positions, ...parameters],
    Object.fromEntries(node.attributes),
    node.outputs.length,
  );
  const parts = arriving.flatMap((value, index) =>
    value == null ? [] : [{ value, source: sources[index] ?? '' }],
  );
  if (parts.length === 0) return node.inputs.map(() => null);
  const flat = (value: Value): Value => builder.reshape(value, [-1]);
  const join = (values: readonly Value[]): Value =>
    values.length === 1
      ? (values[0] ?? '')
      : builder.op('Concat', values.map(flat), { axis: { type: 'int', value: 0 } });
  const values = join(parts.map(({ value }) => value));
  const indices = join(parts.map(({ source }) => source));
  if (!padded) return [scatterAdd(builder, values, indices, size), ...node.inputs.slice(1).map(() => null)];
  const withPadding = scatterAdd(builder, values, indices, [count + 1]);
  const kept = builder.reshape(builder.slice(withPadding, [0], [count], [0], [1]), size);
  return [kept, ...node.inputs.slice(1).map(() => null)];
};

const taken: Backward = (context, arriving) => {
  const whole = betweenZeros(context, arriving);
  return whole === null
    ? followed(context, arriving)
    : [whole, ...context.node.inputs.slice(1).map(() => null)];
};

/** Pad-18 of positions: what it fills in gets the position past the end. */
function padInputs(context: RuleContext, count: number): Value[] {
  const { node } = context;
  return [input(node, 1), scalar(context, count), ...node.inputs.slice(3)];
}

function scalar({ builder }: RuleContext, value: number): Value {
  return builder.reshape(builder.ints([value]), []);
}

/** Filling in a constant keeps the sign only where the constant is not negative. */
const padNonNegative = ({ node, isNonNegative, constantValues }: RuleContext): boolean =>
  isNonNegative(input(node, 0)) &&
  (input(node, 2) === '' || (constantValues(input(node, 2))?.[0] ?? -1) >= 0);

/**
 * SpaceToDepth-13 and DepthToSpace-13 undo each other: DCR undoes SpaceToDepth; CRD is DCR with the channels reordered.
 */
const blocked = dataOnly(({ node, builder, shape }, arriving) => {
  const blocksize = { type: 'int', value: int(node, 'blocksize', 1) } as const;
  if (node.op === 'SpaceToDepth') return builder.op('DepthToSpace', [arriving], { blocksize });
  const back = builder.op('SpaceToDepth', [arriving], { blocksize });
  if (text(node, 'mode', 'DCR') === 'DCR') return back;
  const [n = 1, c = 1, h = 1, w = 1] = shape(input(node, 0));
  const blocks = blocksize.value ** 2;
  const split = builder.reshape(back, [n, blocks, c / blocks, h, w]);
  return builder.reshape(builder.transpose(split, [0, 2, 1, 3, 4]), [n, c, h, w]);
});

/** ScatterND-18, as assigning to a part of a tensor is written: what is written over takes nothing. */
const assigned: Backward = ({ node, builder, shape, isConstant }, [arriving]) => {
  const [data = '', indices = '', updates = ''] = node.inputs;
  if (arriving == null) return [null, null, null];
  const nothing = builder.op('ConstantOfShape', [builder.ints(shape(updates))]);
  return [
    isConstant(data) ? null : builder.op('ScatterND', [arriving, indices, nothing]),
    null,
    isConstant(updates) ? null : builder.op('GatherND', [arriving, indices]),
  ];
};

const assignment: Rule = {
  ...movement(['ScatterND'], assigned, likeInputs, allActivations),
  covers: ({ node }) => text(node, 'reduction', 'none') === 'none',
};

export const movements: readonly Rule[] = [
  movement(['Identity', 'Dropout', 'Cast'], passThrough),
  movement(['Flatten', 'Reshape', 'Squeeze', 'Unsqueeze'], reshaped),
  movement(['Transpose'], transposed),
  movement(['Concat'], sliced, likeInputs, allActivations),
  movement(['Pad'], followed, padNonNegative),
  movement(['Slice', 'Split', 'Gather'], taken),
  movement(['GatherElements', 'GatherND', 'Expand', 'Tile'], followed),
  movement(['SpaceToDepth', 'DepthToSpace'], blocked),
  assignment,
];
