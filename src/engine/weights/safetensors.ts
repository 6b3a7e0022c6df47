import * as v from 'valibot';

import { fail } from '../failure.js';
import { readRange } from '../files.js';
import { byteLength, DataType, isShape } from '../onnx/tensor.js';
import type { StoredTensor } from './checkpoint.js';

/** The format's own limit for its header. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

/** https://github.com/huggingface/safetensors: the header's length, the header as JSON, then all values. */
const HEADER = v.record(v.string(), v.unknown());
const COUNT = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ENTRY = v.object({ dtype: v.string(), shape: v.array(COUNT), data_offsets: v.tuple([COUNT, COUNT]) });

/** Whether a file of this beginning can be a .safetensors file. */
export function isSafetensors(head: Uint8Array): boolean {
  return head.length > LENGTH_BYTES && head[LENGTH_BYTES] === 0x7b && headerLength(head) <= MAX_HEADER_BYTES;
}

/**
 * The tensors of a .safetensors file; those of a type that no weights have are left out.
 * @param size of the file
 * @throws damagedWeights, cannotRead
 */
export function readSafetensors(file: string, size: number): ReadonlyMap<string, StoredTensor> {
  const length = headerLength(readRange(file, 0, LENGTH_BYTES));
  const start = LENGTH_BYTES + length;
  if (length > MAX_HEADER_BYTES || start > size) throw damaged(file, 'header');
  const tensors = new Map<string, StoredTensor>();
  for (const [name, value] of headerOf(readRange(file, LENGTH_BYTES, length), file)) {
    if (name === '__metadata__') continue;
    const { success, output } = v.safeParse(ENTRY, value);
    if (!success) throw damaged(file, name);
    const { dtype, shape: dims } = output;
    const [from, to] = output.data_offsets;
    const dataType = TYPES.get(dtype);
    if (start + to > size || from > to) throw damaged(file, name);
    if (dataType === undefined) continue;
    if (!isShape(dims) || byteLength(dataType, dims) !== to - from) throw damaged(file, name);
    const read = (): ReturnType<StoredTensor['read']> => {
      const bytes = readRange(file, start + from, to - from);
      if (bytes.length < to - from) throw damaged(file, name);
      return { dataType, dims, bytes };
    };
    tensors.set(name, { dataType, dims, place: `${file} ${from}`, read });
  }
  return tensors;
}

function headerLength(head: Uint8Array): number {
  const bytes = Buffer.alloc(LENGTH_BYTES);
  bytes.set(head.subarray(0, LENGTH_BYTES));
  return Number(bytes.readBigUInt64LE());
}

function headerOf(bytes: Uint8Array, file: string): readonly (readonly [string, unknown])[] {
  try {
    return Object.entries(v.parse(HEADER, JSON.parse(Buffer.from(bytes).toString('utf8'))));
  } catch (cause) {
    throw damaged(file, 'header', cause);
  }
}

function damaged(file: string, part: string, cause?: unknown): ReturnType<typeof fail> {
  return fail('damagedWeights', { file, part }, cause);
}

const TYPES: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ['F64', DataType.DOUBLE],
  ['F32', DataType.FLOAT],
  ['F16', DataType.FLOAT16],
  ['BF16', DataType.BFLOAT16],
  ['F8_E4M3', DataType.FLOAT8E4M3FN],
  ['F8_E5M2', DataType.FLOAT8E5M2],
  ['I64', DataType.INT64],
  ['U64', DataType.UINT64],
  ['I32', DataType.INT32],
  ['U32', DataType.UINT32],
  ['I16', DataType.INT16],
  ['U16', DataType.UINT16],
  ['I8', DataType.INT8],
  ['U8', DataType.UINT8],
  ['BOOL', DataType.BOOL],
]);
