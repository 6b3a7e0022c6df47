import { elementCount, type Tensor } from '../../onnx/tensor.js';
import { type Numbers, numbersOf, transposed } from '../numbers.js';
import { type Copy, ROUNDING } from './candidate.js';
import { precisionOf, type Weight } from './weight.js';

/** A value this much smaller than the largest is compared with the largest. */
const SMALL = 1e-7;

/**
 * The tensors that a constant is a copy of: as they are, reshaped, with their dimensions in another order, or as a matrix
 * with one of them as rows, to the precision of the coarser type.
 * @param weights those with as many values
 */
export function copiesOf({ dataType, dims, bytes }: Tensor, weights: readonly Weight[]): readonly Copy[] {
  const values = numbersOf({ dataType, dims, bytes });
  if (values === null) return [];
  return weights.flatMap((weight) => {
    const limit = Math.max(precisionOf(dataType), precisionOf(weight.dataType));
    return ordersOf(weight.dims, dims).flatMap((order): readonly Copy[] => {
      const off = difference(values, weight, order, limit);
      if (off === null) return [];
      // What the exporter has computed is rounded otherwise.
      const error = weight.madeOf.length > 0 && off <= ROUNDING ? 0 : off;
      return [{ kind: 'copy', weight, order, error }];
    });
  });
}

/** Ways to order dimensions so that they are those of the constant, but for ones; as they are, they may be reshaped. */
function ordersOf(given: readonly number[], wanted: readonly number[]): readonly (readonly number[])[] {
  const asItIs = [...given.keys()];
  const moved = given.length > 4 ? [] : permutations(asItIs).filter((order) => moves(order, given));
  const squeezed = withoutOnes(wanted);
  const isWanted = (order: readonly number[]): boolean =>
    withoutOnes(order.map((axis) => given[axis] ?? 1)) === squeezed || isMatrix(order, given, wanted);
  return [asItIs, ...moved.filter(isWanted)];
}

function moves(order: readonly number[], dims: readonly number[]): boolean {
  const real = order.filter((axis) => dims[axis] !== 1);
  return real.some((axis, index) => axis < (real[index - 1] ?? 0));
}

/** Whether one dimension makes the rows of a matrix, and the others in their own order its columns. */
function isMatrix(
  [first = 0, ...others]: readonly number[],
  given: readonly number[],
  wanted: readonly number[],
): boolean {
  const isInOrder = others.every((axis, index) => axis > (others[index - 1] ?? -1));
  return isInOrder && wanted.length === 2 && wanted[0] === given[first];
}

function permutations(axes: readonly number[]): readonly (readonly number[])[] {
  if (axes.length <= 1) return [axes];
  return axes.flatMap((first) =>
    permutations(axes.filter((axis) => axis !== first)).map((rest) => [first, ...rest]),
  );
}

function withoutOnes(dims: readonly number[]): string {
  return dims.filter((dim) => dim !== 1).join();
}

/** The furthest that two tensors are apart; null beyond the limit. */
function difference(values: Numbers, weight: Weight, order: readonly number[], limit: number): number | null {
  const others = weight.values();
  if (others.length !== values.length || elementCount(weight.dims) !== values.length) return null;
  // Most tensors are told apart by their first values.
  if (!isNear(values[0] ?? 0, others[0] ?? 0, limit, Infinity)) return null;
  const ordered = transposed(others, weight.dims, order);
  let most = -1;
  let furthest = 0;
  for (let index = 0; index < values.length; index++) {
    const [a, b] = [values[index] ?? 0, ordered[index] ?? 0];
    if (a === b) continue;
    if (most < 0) most = largest(ordered);
    if (!isNear(a, b, limit, most)) return null;
    furthest = Math.max(furthest, Math.abs(a - b) / (Math.abs(b) + SMALL * most));
  }
  return furthest;
}

function isNear(a: number, b: number, limit: number, most: number): boolean {
  return Math.abs(a - b) <= limit * Math.abs(b) + SMALL * most;
}

function largest(values: Numbers): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
