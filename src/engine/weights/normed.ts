import { DataType, elementCount } from '../onnx/tensor.js';
import type { StoredTensor } from './checkpoint.js';
import { type Numbers, numbersOf, tensorOf, transposed } from './numbers.js';
import { visitStrided } from './strided.js';

/** A weight that its module computes of what is stored: by weight norm or spectral norm. */
export interface NormedTensor extends StoredTensor {
  /** The names of what it is computed of, that of its own shape first. */
  readonly madeOf: readonly [string, ...string[]];
}

type Tensors = ReadonlyMap<string, StoredTensor>;

/**
 * The weights that are computed of those stored, by the names that they have in a module without such a norm; by
 * `transposedName` as what it is where the outputs lie along the second axis, if the shape allows for both.
 */
export function normedOf(tensors: Tensors): ReadonlyMap<string, NormedTensor> {
  const found = new Map<string, NormedTensor>();
  for (const name of tensors.keys())
    for (const { main, others, norm, axis } of SPELLINGS) {
      if (!name.endsWith(main)) continue;
      const stem = name.slice(0, -main.length);
      const own = stem.replace(/(^|\.)parametrizations\.(\w+)$/, '$1$2');
      const madeOf = [name, ...others.map((other) => `${stem}${other}`)] as const;
      const parts = madeOf.flatMap((part) => tensors.get(part) ?? []);
      const values = parts.length < madeOf.length || tensors.has(own) ? null : norm(parts, axis);
      const { dims = [], place = '' } = parts[0] ?? {};
      if (values === null) continue;
      const dataType = DataType.FLOAT;
      found.set(found.has(own) ? transposedName(own) : own, {
        ...{ dataType, dims, madeOf, place: `${place} normed ${axis}` },
        read: () => tensorOf(values(), dataType, dims),
      });
    }
  return found;
}

/** What a weight is called here as that of a transposed convolution, which has its outputs along the second axis. */
export function transposedName(name: string): string {
  return `${name} (transposed)`;
}

/** How a weight is computed of its parts; null where their shapes are none of such a norm. */
type Norm = (parts: readonly StoredTensor[], axis: number) => (() => Numbers) | null;

/** torch.nn.utils.weight_norm and spectral_norm, and those of torch.nn.utils.parametrizations. */
const SPELLINGS: readonly {
  readonly main: string;
  readonly others: readonly string[];
  readonly norm: Norm;
  /** Of the outputs. */
  readonly axis: number;
}[] = [
  { main: '_v', others: ['_g'], norm: weightNorm, axis: 0 },
  { main: '.original1', others: ['.original0'], norm: weightNorm, axis: 0 },
  ...[0, 1].flatMap((axis) => [
    { main: '_orig', others: ['_u', '_v'], norm: spectralNorm, axis },
    { main: '.original', others: ['.0._u', '.0._v'], norm: spectralNorm, axis },
  ]),
];

/** g v / ‖v‖, where g has one value for each part of v that is normed by itself. */
function weightNorm([direction, length]: readonly StoredTensor[]): (() => Numbers) | null {
  if (direction === undefined || length === undefined) return null;
  const { dims } = direction;
  const isOne = elementCount(length.dims) === 1;
  const fits =
    length.dims.length === dims.length && length.dims.every((dim, axis) => [1, dims[axis]].includes(dim));
  if (!isOne && !fits) return null;
  const strides = dims.map((_, axis) =>
    isOne || length.dims[axis] === 1 ? 0 : elementCount(length.dims.slice(axis + 1)),
  );
  return () => {
    const [values, lengths] = [valuesOf(direction), valuesOf(length)];
    const squares = new Float64Array(lengths.length);
    visitStrided(dims, strides, (part, at) => {
      squares[part] = (squares[part] ?? 0) + (values[at] ?? 0) ** 2;
    });
    const factors = squares.map((square, part) => (lengths[part] ?? 0) / Math.sqrt(square));
    const normed = new Float64Array(values.length);
    visitStrided(dims, strides, (part, at) => {
      normed[at] = (values[at] ?? 0) * (factors[part] ?? 0);
    });
    return normed;
  };
}

/** W / (uᵀ W v), where W is a matrix with its outputs as rows. */
function spectralNorm([weight, left, right]: readonly StoredTensor[], axis: number): (() => Numbers) | null {
  if (weight === undefined || left === undefined || right === undefined) return null;
  const { dims } = weight;
  const [rows, columns] = [elementCount(left.dims), elementCount(right.dims)];
  if (dims[axis] !== rows || rows * columns !== elementCount(dims)) return null;
  const order = [axis, ...[...dims.keys()].filter((other) => other !== axis)];
  return () => {
    const [values, u, v] = [valuesOf(weight), valuesOf(left), valuesOf(right)];
    const matrix = transposed(values, dims, order);
    let sigma = 0;
    for (const [at, value] of matrix.entries())
      sigma += (u[Math.floor(at / columns)] ?? 0) * value * (v[at % columns] ?? 0);
    return Float64Array.from(values, (value) => value / sigma);
  };
}

function valuesOf(tensor: StoredTensor): Numbers {
  return numbersOf(tensor.read()) ?? new Float64Array();
}
