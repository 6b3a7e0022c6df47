/** Element types of tensors (TensorProto.DataType, onnx.proto). */
export const DataType = {
  UNDEFINED: 0,
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  STRING: 8,
  BOOL: 9,
  FLOAT16: 10,
  DOUBLE: 11,
  UINT32: 12,
  UINT64: 13,
  BFLOAT16: 16,
  FLOAT8E4M3FN: 17,
  FLOAT8E4M3FNUZ: 18,
  FLOAT8E5M2: 19,
  FLOAT8E5M2FNUZ: 20,
  UINT4: 21,
  INT4: 22,
} as const;

/** Any number a file may hold; `DataType` names the ones that are known. */
export type DataType = number;

/** The type's name as ONNX spells it, in lower case. */
export function dataTypeName(dataType: DataType): string {
  const found = Object.entries(DataType).find(([, value]) => value === dataType);
  return found?.[0].toLowerCase() ?? `type ${dataType}`;
}

/** A constant of the model: little-endian bytes, as ONNX stores `raw_data`. */
export interface Tensor {
  readonly dataType: DataType;
  readonly dims: readonly number[];
  /** Often a view into the model file; never written to. */
  readonly bytes: Uint8Array;
  /** What a constant of texts holds; its `bytes` are none. */
  readonly strings?: readonly string[];
}

/** Bytes per element; absent for strings and packed sub-byte types. */
export const ELEMENT_SIZE: ReadonlyMap<DataType, number> = new Map<DataType, number>([
  [DataType.FLOAT, 4],
  [DataType.UINT8, 1],
  [DataType.INT8, 1],
  [DataType.UINT16, 2],
  [DataType.INT16, 2],
  [DataType.INT32, 4],
  [DataType.INT64, 8],
  [DataType.BOOL, 1],
  [DataType.FLOAT16, 2],
  [DataType.DOUBLE, 8],
  [DataType.UINT32, 4],
  [DataType.UINT64, 8],
  [DataType.BFLOAT16, 2],
  [DataType.FLOAT8E4M3FN, 1],
  [DataType.FLOAT8E4M3FNUZ, 1],
  [DataType.FLOAT8E5M2, 1],
  [DataType.FLOAT8E5M2FNUZ, 1],
]);

/** Whether these can be dimensions: none negative, and no more elements than can be counted. */
export function isShape(dims: readonly number[]): boolean {
  return dims.every((size) => size >= 0) && Number.isSafeInteger(elementCount(dims.filter(Boolean)) * 8);
}

/** Number of elements of a shape. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((count, dim) => count * dim, 1);
}

/** Bytes that a tensor of this type and shape must have; null for strings and packed types. */
export function byteLength(dataType: DataType, dims: readonly number[]): number | null {
  const size = ELEMENT_SIZE.get(dataType);
  return size === undefined ? null : size * elementCount(dims);
}

/** A float32 tensor of these values. */
export function floatTensor(values: ArrayLike<number>, dims: readonly number[]): Tensor {
  return { dataType: DataType.FLOAT, dims, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

/** ONNX integers are 64 bits wide; "to the end" is written as the largest of them. */
export function int64(value: number): bigint {
  return BigInt.asIntN(64, value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(value));
}

/** An int64 tensor of these values. */
export function int64Tensor(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
  return { dataType: DataType.INT64, dims, bytes: new Uint8Array(BigInt64Array.from(values, int64).buffer) };
}

/** Bytes at an address that typed arrays accept: a view where possible, else a copy. */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
}

/** The values of a float32 tensor; null for any other type. */
export function floatValues(tensor: Tensor): Float32Array | null {
  if (tensor.dataType !== DataType.FLOAT) return null;
  const bytes = aligned(tensor.bytes, 4);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** The values of an integer tensor as numbers; null for any other type. Values beyond ±2⁵³ (ONNX's "to the end") are clamped. */
export function integerValues(tensor: Tensor): number[] | null {
  if (tensor.dataType === DataType.INT64) {
    const bytes = aligned(tensor.bytes, 8);
    return Array.from(new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8), (value) =>
      Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, Number(value))),
    );
  }
  if (tensor.dataType === DataType.INT32) {
    const bytes = aligned(tensor.bytes, 4);
    return Array.from(new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4));
  }
  return null;
}
