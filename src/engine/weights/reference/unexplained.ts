import type { Graph } from '../../onnx/graph.js';
import { elementCount } from '../../onnx/tensor.js';
import { type Constant, QUANTISED } from '../constants.js';
import { leafOf, moduleOf } from '../names.js';
import { numbersOf } from '../numbers.js';
import type { LeftOut, Part } from '../recipe.js';
import { sizeOf, type Weight } from './weight.js';

/** Operators that multiply by their constants. */
const WEIGHTED: ReadonlySet<string> = new Set([
  ...['Conv', 'ConvTranspose', 'Gemm', 'MatMul'],
  ...['BatchNormalization', 'InstanceNormalization', 'GroupNormalization', 'LayerNormalization'],
]);

/** So many values of a constant tell whether they come from a tensor. */
const LOOKED_AT = 64;

/**
 * The first constant that may be made of weights in a way that is not known: it would keep values of another state. Masks,
 * factors and grids, of which no weight of the reference is left over, belong to the graph.
 * @param constants those of which nothing in the reference fits
 * @param unused tensors of the reference that nothing in the graph is made of
 */
export function firstUnexplained(constants: readonly Constant[], unused: readonly Weight[]): Constant | null {
  return constants.find((constant) => mayBeMadeOf(constant, unused)) ?? null;
}

/** Operators that compute with two constants, as a weight and its own norm. */
const COMPUTES: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div']);

/**
 * The first constant that a weight is computed with before any value of the picture is, as w / ‖w‖: the exporter has
 * computed it of that weight, and it would stay that of another state.
 * @param explained names of the constants that the reference's tensors are found in
 * @param unexplained those of which nothing in the reference fits
 */
export function firstComputedWith(
  { nodes, initializers }: Graph,
  explained: ReadonlySet<string | null>,
  unexplained: readonly Constant[],
): Constant | null {
  interface Origin {
    readonly isWeight: boolean;
    readonly stray: Constant | null;
  }
  const strays = new Map(
    unexplained.filter(({ tensor }) => elementCount(tensor.dims) > 1).map((each) => [each.name, each]),
  );
  const own = (name: string): Origin => ({ isWeight: explained.has(name), stray: strays.get(name) ?? null });
  const origins = new Map(Array.from(initializers.keys(), (name) => [name, own(name)]));
  for (const { op, inputs, outputs } of nodes) {
    const given = inputs.filter(Boolean).map((name) => origins.get(name));
    const known = given.filter((origin) => origin !== undefined);
    if (known.length < given.length) continue;
    const isWeight = known.some((origin) => origin.isWeight);
    const stray = known.find((origin) => origin.stray !== null)?.stray ?? null;
    if (COMPUTES.has(op) && isWeight && stray !== null) return stray;
    for (const name of outputs)
      origins.set(name, explained.has(name) || strays.has(name) ? own(name) : { isWeight, stray });
  }
  return null;
}

/**
 * The first weight or bias of which the other one of its module stands in the graph, and it does not: exporters leave out
 * what is zeros or ones.
 */
export function firstDropped(weights: readonly Weight[], used: ReadonlySet<Part>): Weight | null {
  const known = new Set(weights.filter((weight) => used.has(weight)).flatMap(({ names }) => names));
  const isDropped = (name: string): boolean => {
    const other = OTHER_LEAF.get(leafOf(name));
    return other !== undefined && known.has([moduleOf(name), other].filter(Boolean).join('.'));
  };
  return weights.find((weight) => !used.has(weight) && weight.names.some(isDropped)) ?? null;
}

/** Those of which an exporter sees that they change nothing. */
export function leftOutOf(unused: readonly Weight[]): readonly LeftOut[] {
  return unused.flatMap((weight) => {
    const values = weight.values();
    const [value] = values;
    const isNeutral = (value === 0 || value === 1) && values.every((each) => each === value);
    return isNeutral ? [{ names: weight.names, value }] : [];
  });
}

const OTHER_LEAF: ReadonlyMap<string, string> = new Map([
  ['weight', 'bias'],
  ['bias', 'weight'],
]);

function mayBeMadeOf({ tensor, readings }: Constant, unused: readonly Weight[]): boolean {
  const count = elementCount(tensor.dims);
  if (QUANTISED.has(tensor.dataType)) return true;
  const left = unused.filter((weight) => sizeOf(weight) > 1);
  if (count < 2 || left.length === 0) return false;
  if (readings.some(({ node, input }) => WEIGHTED.has(node.op) && (input > 0 || node.op === 'MatMul')))
    return true;
  if (left.some((weight) => sizeOf(weight) === count)) return true;
  const values = numbersOf(tensor)?.subarray(0, LOOKED_AT) ?? new Float32Array();
  const known = new Set(left.flatMap((weight) => Array.from(weight.values())));
  return values.every((value) => known.has(value));
}
