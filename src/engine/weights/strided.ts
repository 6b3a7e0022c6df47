import { elementCount } from '../onnx/tensor.js';

/**
 * Visits the values of a tensor in the order of its dimensions, wherever they lie.
 * @param strides elements from one value to the next along each dimension
 * @param visit is told where a value lies, in elements, and its place in that order
 */
export function visitStrided(
  dims: readonly number[],
  strides: readonly number[],
  visit: (from: number, to: number) => void,
): void {
  const count = elementCount(dims);
  const index = dims.map(() => 0);
  let from = 0;
  for (let to = 0; to < count; to++) {
    visit(from, to);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const [at, dim, stride] = [(index[axis] ?? 0) + 1, dims[axis] ?? 1, strides[axis] ?? 0];
      from += stride;
      if (at < dim) {
        index[axis] = at;
        break;
      }
      index[axis] = 0;
      from -= dim * stride;
    }
  }
}
