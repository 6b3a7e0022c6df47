import { type AxisPlaces, counted, slicedAxes } from '../onnx/axes.js';
import type { Value } from '../onnx/builder.js';
import { input, int } from '../onnx/graph.js';
import type { RuleContext } from './rule.js';

/** Neighbours along an axis that an operator takes. */
interface Run {
  readonly axis: number;
  readonly begin: number;
  readonly length: number;
}

/**
 * What arrives at an operator that takes neighbours of its operand, put back between zeros: a copy, where asking each
 * element for its source costs a lookup.
 * @returns null for an operator that takes others than neighbours
 */
export function betweenZeros(context: RuleContext, arriving: readonly (Value | null)[]): Value | null {
  const { node, builder, shape } = context;
  const size = shape(input(node, 0));
  const placed = arriving.flatMap((value, index) => (value == null ? [] : [{ value, index }]));
  const [only, ...others] = placed;
  if (only === undefined) return null;
  if (others.length > 0) return node.op === 'Split' ? joined(context, arriving) : null;
  const runs = runsOf(context, only.index);
  if (runs === null) return null;
  const along = size.map((_, axis) => runs.find((run) => run.axis === axis));
  const lengths = size.map((all, axis) => along[axis]?.length ?? all);
  const before = along.map((run) => run?.begin ?? 0);
  const after = size.map((all, axis) => all - (before[axis] ?? 0) - (lengths[axis] ?? 0));
  return builder.op('Pad', [builder.reshape(only.value, lengths), builder.ints([...before, ...after])]);
}

/** Split-18: the parts, and zeros for those where nothing arrives. */
function joined({ node, builder, shape }: RuleContext, arriving: readonly (Value | null)[]): Value {
  const nothing = (name: Value): Value => builder.op('ConstantOfShape', [builder.ints(shape(name))]);
  const axis = { type: 'int', value: int(node, 'axis', 0) } as const;
  return builder.op(
    'Concat',
    node.outputs.map((name, index) => arriving[index] ?? nothing(name)),
    { axis },
  );
}

/** The runs that an output is of; null where it takes others than neighbours. */
function runsOf(context: RuleContext, index: number): readonly Run[] | null {
  switch (context.node.op) {
    case 'Slice':
      return sliced(context);
    case 'Split':
      return [part(context, index)];
    case 'Gather':
      return gathered(context);
    default:
      return null;
  }
}

/** Slice-13 */
function sliced({ node, shape, constantValues }: RuleContext): readonly Run[] | null {
  const given = [1, 2, 3, 4].map((place) => {
    const name = input(node, place);
    return name === '' ? undefined : constantValues(name);
  });
  const axes = slicedAxes(shape(input(node, 0)), given);
  return axes && everyone(axes.map(runOf));
}

/** Split-18 */
function part({ node, shape }: RuleContext, index: number): Run {
  const axis = counted(int(node, 'axis', 0), shape(input(node, 0)).length);
  const lengths = node.outputs.map((name) => shape(name)[axis] ?? 0);
  const begin = lengths.slice(0, index).reduce((sum, length) => sum + length, 0);
  return { axis, begin, length: lengths[index] ?? 0 };
}

/** Gather-13 by constants */
function gathered({ node, shape, constantValues }: RuleContext): readonly Run[] | null {
  const size = shape(input(node, 0));
  const axis = counted(int(node, 'axis', 0), size.length);
  const places = constantValues(input(node, 1))?.map((place) => counted(place, size[axis] ?? 0));
  return places === undefined ? null : everyone([runOf({ axis, places })]);
}

function runOf({ axis, places }: AxisPlaces): Run | null {
  const [begin] = places;
  if (begin === undefined || !places.every((place, index) => place === begin + index)) return null;
  return { axis, begin, length: places.length };
}

function everyone(runs: readonly (Run | null)[]): readonly Run[] | null {
  const found = runs.filter((run) => run !== null);
  return found.length === runs.length ? found : null;
}
