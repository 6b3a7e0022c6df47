import { fromHalf, toHalf } from '../half.js';
import { DataType, elementCount, type Tensor } from '../onnx/tensor.js';
import { visitStrided } from './strided.js';

export type Numbers = Float32Array | Float64Array;

/** The types of numbers that are trained. */
export const FLOATS: ReadonlySet<DataType> = new Set([
  DataType.FLOAT,
  DataType.DOUBLE,
  DataType.FLOAT16,
  DataType.BFLOAT16,
]);

/** The types of numbers that a checkpoint may hold trained weights in: those, and eight bits. */
export const STORED_FLOATS: ReadonlySet<DataType> = new Set([
  ...FLOATS,
  DataType.FLOAT8E4M3FN,
  DataType.FLOAT8E5M2,
]);

/** The values of a tensor of floats, half precision and eight bits widened; null for any other type. */
export function numbersOf({ dataType, bytes }: Tensor): Numbers | null {
  const isAligned = bytes.byteOffset % 8 === 0;
  const { buffer, byteOffset, byteLength } = isAligned ? bytes : Uint8Array.from(bytes);
  switch (dataType) {
    case DataType.FLOAT:
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case DataType.DOUBLE:
      return new Float64Array(buffer, byteOffset, byteLength / 8);
    case DataType.FLOAT16:
      return Float32Array.from(new Uint16Array(buffer, byteOffset, byteLength / 2), fromHalf);
    case DataType.BFLOAT16:
      return Float32Array.from(new Uint16Array(buffer, byteOffset, byteLength / 2), fromBfloat);
    case DataType.FLOAT8E4M3FN:
      return Float32Array.from(new Uint8Array(buffer, byteOffset, byteLength), fromEightBits);
    case DataType.FLOAT8E5M2:
      // The upper half of a half.
      return Float32Array.from(new Uint8Array(buffer, byteOffset, byteLength), (bits) => fromHalf(bits << 8));
    default:
      return null;
  }
}

/** A tensor of these values in a type of floats, rounded to it. */
export function tensorOf(values: Numbers, dataType: DataType, dims: readonly number[]): Tensor {
  return { dataType, dims, bytes: bytesOf(stored(values, dataType)) };
}

/** The values with their dimensions in another order: the result's dimension i is the given one's `order[i]`. */
export function transposed(values: Numbers, dims: readonly number[], order: readonly number[]): Numbers {
  if (order.every((axis, index) => axis === index)) return values;
  const strides = dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
  const sizes = order.map((axis) => dims[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 0);
  const result = values.slice();
  visitStrided(sizes, steps, (from, to) => {
    result[to] = values[from] ?? 0;
  });
  return result;
}

function stored(values: Numbers, dataType: DataType): Numbers | Uint16Array {
  switch (dataType) {
    case DataType.DOUBLE:
      return Float64Array.from(values);
    case DataType.FLOAT16:
      return Uint16Array.from(values, toHalf);
    case DataType.BFLOAT16:
      return Uint16Array.from(values, toBfloat);
    default:
      return Float32Array.from(values);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Float8 E4M3FN: a sign, 4 bits of exponent, 3 of mantissa, and no infinity. */
function fromEightBits(bits: number): number {
  const sign = (bits & 0x80) === 0 ? 1 : -1;
  const exponent = (bits >> 3) & 0xf;
  const mantissa = bits & 0x7;
  if ((bits & 0x7f) === 0x7f) return NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -9;
  return sign * (1 + mantissa / 8) * 2 ** (exponent - 7);
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** bfloat16 is the upper half of a float32. */
function fromBfloat(bits: number): number {
  word[0] = bits << 16;
  return float[0] ?? 0;
}

function toBfloat(value: number): number {
  float[0] = value;
  const bits = word[0] ?? 0;
  if (Number.isNaN(value)) return 0x7fc0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
