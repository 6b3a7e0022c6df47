import { elementCount } from '../../onnx/tensor.js';
import { type Constant, QUANTISED } from '../constants.js';
import { leafOf, moduleOf } from '../names.js';
import { numbersOf } from '../numbers.js';
import type { Part } from '../recipe.js';
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
