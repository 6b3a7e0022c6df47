import { DataType, elementCount, type Tensor } from './tensor.js';

/** Types of four bits, and those of eight that hold the same numbers. */
const WIDER: ReadonlyMap<DataType, DataType> = new Map<DataType, DataType>([
  [DataType.UINT4, DataType.UINT8],
  [DataType.INT4, DataType.INT8],
]);

/** Bytes of a constant of four bits, two values each; null for every other type. */
export function packedLength(dataType: DataType, dims: readonly number[]): number | null {
  return WIDER.has(dataType) ? Math.ceil(elementCount(dims) / 2) : null;
}

/** A constant of four bits with a byte for each value, the lower half of a byte first; others as they are. */
export function unpacked({ dataType, dims, bytes }: Tensor): Tensor {
  const wider = WIDER.get(dataType);
  if (wider === undefined) return { dataType, dims, bytes };
  const values = Uint8Array.from({ length: elementCount(dims) }, (_, index) => {
    const four = ((bytes[index >> 1] ?? 0) >> (index % 2 === 0 ? 0 : 4)) & 0xf;
    return dataType === DataType.INT4 && four > 7 ? four - 16 : four;
  });
  return { dataType: wider, dims, bytes: values };
}
