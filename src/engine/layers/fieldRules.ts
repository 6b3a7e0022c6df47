import { counted } from '../onnx/axes.js';
import { int, ints, type Node, text } from '../onnx/graph.js';
import { isElementwise } from '../rules/table.js';
import { at, transposedWindowOf, type Window, windowOf } from '../rules/window.js';
import { einsum, gemm, matrices } from './contracted.js';
import { gathered, inOtherShape, reduced, sliced, split, tiled, transposed } from './moved.js';
import { arranged, collected, joined, merged, overlaid, type Places, taken } from './places.js';
import { moving, type Operand, type Rule, type Step } from './standing.js';

/** All of the picture, of a tensor of so many axes. */
const wholePicture = (rank: number): Places => ({
  shape: Array.from({ length: rank }, () => 1),
  cells: [{ top: 0, left: 0, bottom: 1, right: 1 }],
});

/**
 * What of the picture an operator's output depends on, given the same of its operands: twice, by rows and by columns. Of
 * what is not followed it is all of the picture, and so it is of attention.
 */
export function fieldRule(node: Node): Rule {
  return (step) => {
    const found = ruleOf(node)?.(step) ?? [];
    const whole = wholePicture(step.shape.length);
    return found.length === 2 ? found : [whole, whole];
  };
}

function ruleOf(node: Node): Rule | null {
  if (node.domain !== '') return null;
  const rule = RULES.get(node.op);
  return rule === undefined
    ? (OF_SEVERAL.get(node.op) ?? (isElementwise(node) ? elementwise : null))
    : ofOne(rule);
}

/** Of weights, indices or other values that are computed of the picture too, nothing is followed. */
function ofOne(rule: Rule): Rule {
  return (step) => (step.operands.filter(({ standing }) => standing.length > 0).length > 1 ? [] : rule(step));
}

const range = (first: number, end: number): readonly number[] =>
  Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);

/** By rows or by columns. */
type Side = 0 | 1;

/** A rule that says the same of rows and of columns. */
function bothSides(rule: (step: Step, side: Side) => Places | null): Rule {
  return (step) => ([0, 1] as const).flatMap((side) => rule(step, side) ?? []);
}

function known(operands: readonly Operand[], side: Side): readonly { places: Places; rank: number }[] {
  return operands.flatMap(({ standing, shape }) => {
    const places = standing[side];
    return places === undefined ? [] : [{ places, rank: shape.length }];
  });
}

/** Each element of one of every operand, which may have fewer axes. */
const elementwise: Rule = bothSides(({ operands, shape }, side) =>
  overlaid(
    known(operands, side).map(({ places, rank }) => {
      const added = shape.length - rank;
      return arranged(
        places,
        shape.map((_, axis) => (axis < added ? undefined : axis - added)),
      );
    }),
  ),
);

/** Elements that depend on all others along some axes. */
function mixing(axesOf: (node: Node, rank: number) => readonly number[]): Rule {
  return moving((places, { node }, from) => merged(places, axesOf(node, from.length)));
}

const overLastAxes = mixing((node, rank) => range(counted(int(node, 'axis', -1), rank), rank));
const overChannels = mixing(() => [1]);
const overSpace = mixing((_, rank) => range(1, rank));
const overAxis = mixing((node, rank) => [counted(int(node, 'axis', -1), rank)]);
const overNamed = mixing((node, rank) =>
  (ints(node, 'axes') ?? [0, 2, 3]).map((axis) => counted(axis, rank)),
);

/** Channels behind one another stand for the same; else one part lies beside the other. */
const concatenated: Rule = bothSides(({ node, operands, shape }, side) => {
  const axis = counted(int(node, 'axis', 0), shape.length);
  const alike = known(operands, side).map(({ places }) => places);
  if (alike.every((places) => places.shape[axis] === 1) && alike.length === operands.length)
    return overlaid(alike);
  return joined(
    operands.map(({ standing, shape: own }) => ({ places: standing[side] ?? null, size: own[axis] ?? 0 })),
    axis,
  );
});

/** Pad-18: zeros depend on nothing, what is mirrored or repeated on what it is a copy of. */
const padded: Rule = moving((places, { node, shape, constant }, sizes) => {
  const pads = constant(1)?.values;
  if (pads === undefined) return null;
  const mode = text(node, 'mode', 'constant');
  const axes = constant(3)?.values ?? shape.map((_, axis) => axis);
  return axes.reduce((found, raw, index) => {
    const axis = counted(raw, shape.length);
    const [size, before] = [sizes[axis] ?? 1, pads[index] ?? 0];
    return taken(
      found,
      axis,
      range(0, shape[axis] ?? 1).map((place) => copied(place - before, size, mode)),
    );
  }, places);
});

/** Which element a padded one is a copy of; outside of the axis for none. */
function copied(place: number, size: number, mode: string): number {
  const last = size - 1;
  if (mode === 'edge') return Math.min(Math.max(place, 0), last);
  if (mode === 'wrap') return ((place % size) + size) % size;
  return mode === 'reflect' ? last - Math.abs(last - Math.abs(place)) : place;
}

/** One axis of an operator on neighbours: how many steps its operand and its output have there. */
interface Along {
  readonly step: Step;
  readonly axis: number;
  readonly size: number;
  readonly outSize: number;
}

/** Which steps of its operand each of the output's depends on along an axis; null for its own alone. */
type Sources = (along: Along) => readonly (readonly number[])[] | null;

function alongAxes(first: number, sourcesOf: Sources): Rule {
  return moving((places, step, sizes) =>
    range(first, sizes.length).reduce((found, axis) => {
      const size = sizes[axis] ?? 1;
      const sources = sourcesOf({ step, axis, size, outSize: step.shape[axis] ?? 1 });
      if (sources === null) return found;
      const within = sources.map((steps) => steps.filter((each) => each >= 0 && each < size));
      return collected(found, axis, within);
    }, places),
  );
}

/** An operator whose output depends on all channels, and on neighbours along the axes of space. */
function neighbouring(sourcesOf: Sources): Rule {
  const beside = alongAxes(2, sourcesOf);
  return (step) => {
    const operands = step.operands.map(({ shape, standing }) => ({
      shape,
      standing: standing.map((places) => merged(places, [1])),
    }));
    return beside({ ...step, operands });
  };
}

/** The steps that a window lies over in each of its positions. */
function positionsOf({ kernel, strides, dilations, begin }: Window, axis: number, count: number) {
  return range(0, count).map((position) =>
    range(0, at(kernel, axis)).map(
      (tap) => position * at(strides, axis) - at(begin, axis) + tap * at(dilations, axis),
    ),
  );
}

/** The sizes of space of an operator's operand, its weights, and its output. */
function spaceOf({ node, operands, shape }: Step) {
  const [spatial = [], weights = []] = operands.map((operand) => operand.shape.slice(2));
  return [node, ints(node, 'kernel_shape') ?? weights, spatial, shape.slice(2)] as const;
}

const windowed = neighbouring(({ step, axis, outSize }) =>
  positionsOf(windowOf(...spaceOf(step)), axis - 2, outSize),
);

/** An output depends on every input over which the window that it is spread by lies. */
const spread = neighbouring(({ step, axis, size, outSize }) => {
  const positions = positionsOf(transposedWindowOf(...spaceOf(step)), axis - 2, size);
  return range(0, outSize).map((place) => range(0, size).filter((each) => positions[each]?.includes(place)));
});

/** How many steps beyond the nearest an interpolation takes, by its mode. */
const REACH: Readonly<Record<string, number>> = { nearest: 0, linear: 1, cubic: 2 };

/** Resize-18, whatever corners it aligns: at most two steps more than it takes. */
const resized: Rule = (step) => {
  const { node } = step;
  if (text(node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize') return [];
  return alongAxes(0, ({ size, outSize }) => {
    if (size === outSize) return null;
    const ratio = size / outSize;
    const scale = Math.max(1, ratio);
    const reach =
      (REACH[text(node, 'mode', 'nearest')] ?? size) * (int(node, 'antialias', 0) === 1 ? scale : 1);
    return range(0, outSize).map((place) =>
      range(Math.floor(place * ratio - scale - reach), Math.ceil(place * ratio + scale + reach) + 1),
    );
  })(step);
};

const inBlocks = neighbouring(({ step: { node }, outSize }) => {
  const block = int(node, 'blocksize', 1);
  return range(0, outSize).map((place) => range(place * block, (place + 1) * block));
});

const fromBlocks = neighbouring(({ step: { node }, outSize }) =>
  range(0, outSize).map((place) => [Math.floor(place / int(node, 'blocksize', 1))]),
);

type Kind = readonly [ops: readonly string[], rule: Rule];

/** Operators of several operands that are computed of the picture. */
const SEVERAL: readonly Kind[] = [
  [['Concat'], concatenated],
  [['Add', 'Sub', 'Mul', 'Div', 'Sum', 'Mean', 'Max', 'Min', 'Pow', 'Mod', 'Where'], elementwise],
  [['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Xor'], elementwise],
];

/** Operators of one such operand; a product of two is attention. */
const KINDS: readonly Kind[] = [
  [['Transpose'], transposed],
  [['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'], inOtherShape],
  [['Slice'], sliced],
  [['Gather'], gathered],
  [['Split'], split],
  [['Tile'], tiled],
  [['Pad'], padded],
  [['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceL1', 'ReduceL2', 'ReduceProd'], reduced],
  [['ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'], reduced],
  [['Identity', 'Dropout', 'Cast', 'Not', 'Expand', 'BatchNormalization'], elementwise],
  [['LRN'], overChannels],
  [['LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization'], overLastAxes],
  [['InstanceNormalization', 'GroupNormalization'], overSpace],
  [['MeanVarianceNormalization'], overNamed],
  [['LpNormalization', 'Softmax', 'LogSoftmax'], overAxis],
  [['Conv', 'MaxPool', 'AveragePool', 'LpPool'], windowed],
  [['ConvTranspose'], spread],
  [['GlobalMaxPool', 'GlobalAveragePool', 'GlobalLpPool'], overSpace],
  [['Resize'], resized],
  [['SpaceToDepth'], inBlocks],
  [['DepthToSpace'], fromBlocks],
  [['MatMul'], matrices],
  [['Gemm'], gemm],
  [['Einsum'], einsum],
];

const byOperator = (kinds: readonly Kind[]): ReadonlyMap<string, Rule> =>
  new Map(kinds.flatMap(([ops, rule]) => ops.map((op) => [op, rule] as const)));

const RULES = byOperator(KINDS);
const OF_SEVERAL = byOperator(SEVERAL);
