import { fail } from '../failure.js';
import { readRange } from '../files.js';
import { byteLength, ELEMENT_SIZE, elementCount, isShape, type Tensor } from '../onnx/tensor.js';
import type { State, StoredTensor } from './checkpoint.js';
import { unpickle } from './pickle/unpickle.js';
import type { PickleTensor, PickleValue } from './pickle/values.js';
import { statesOf } from './states.js';
import { visitStrided } from './strided.js';
import { bytesOf, type Member, membersOf } from './zip.js';

/** A pickle of names and shapes; larger ones hold something else. */
const MAX_PICKLE_BYTES = 2 ** 28;

/**
 * The weights that torch.save wrote: an archive with the pickle `data.pkl` and one member for each storage.
 * @param size of the file
 * @throws damagedWeights, notWeights, foreignWeights, cannotRead
 */
export async function readTorchFile(file: string, size: number): Promise<readonly State[]> {
  const members = await membersOf(file, size);
  const names = Array.from(members.keys());
  const inFolder = (name: string): Member | undefined => {
    const found = names.find((each) => each === name || each.replace(/^[^/]*\//, '') === name);
    return found === undefined ? undefined : members.get(found);
  };
  if (inFolder('model.weights.h5') !== undefined)
    throw fail('foreignWeights', { file, format: 'Keras (.keras)' });
  if (inFolder('constants.pkl') !== undefined) throw fail('foreignWeights', { file, format: 'TorchScript' });
  if (inFolder('archive_format') !== undefined)
    throw fail('foreignWeights', { file, format: 'torch.export (.pt2)' });
  const pickle = inFolder('data.pkl');
  if (pickle === undefined) throw fail('notWeights', { file });
  const byteOrder = inFolder('byteorder');
  const isBig = byteOrder !== undefined && Buffer.from(bytesOf(file, byteOrder)).toString('utf8') === 'big';
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const stored = (tensor: PickleTensor, name: string): StoredTensor =>
    storedTensor(tensor, { file, name, isBig, member: members.get(`${folder}data/${tensor.storage.key}`) });
  const states = statesOf(parsed(file, pickle)).map(({ entry, tensors }) => ({
    entry,
    within: null,
    tensors: new Map(Array.from(tensors, ([name, tensor]) => [name, stored(tensor, name)])),
  }));
  if (states.length === 0) throw fail('notWeights', { file });
  return states;
}

function parsed(file: string, pickle: Member): PickleValue {
  if (pickle.size > MAX_PICKLE_BYTES) throw fail('damagedWeights', { file, part: pickle.name });
  const bytes = bytesOf(file, pickle);
  try {
    return unpickle(bytes);
  } catch (cause) {
    throw fail('damagedWeights', { file, part: pickle.name }, cause);
  }
}

interface Source {
  readonly file: string;
  readonly name: string;
  readonly isBig: boolean;
  readonly member: Member | undefined;
}

/** @throws damagedWeights where the storage is missing or too short */
function storedTensor(tensor: PickleTensor, { file, name, isBig, member }: Source): StoredTensor {
  const { dataType, dims, strides, offset, storage } = tensor;
  const size = ELEMENT_SIZE.get(dataType) ?? 0;
  const isEmpty = dims.includes(0);
  const last = dims.reduce((sum, dim, axis) => sum + (dim - 1) * (strides[axis] ?? 0), offset);
  if (!isShape(dims) || member === undefined || (!isEmpty && !((last + 1) * size <= member.size)))
    throw fail('damagedWeights', { file, part: name });
  const read = (): Tensor => {
    if (isEmpty) return { dataType, dims, bytes: new Uint8Array() };
    const length = (last - offset + 1) * size;
    const held = readRange(file, member.start() + offset * size, length);
    if (held.length < length) throw fail('damagedWeights', { file, part: name });
    const bytes = isBig ? swapped(held, size) : held;
    return {
      dataType,
      dims,
      bytes:
        length === byteLength(dataType, dims) && areRows(dims, strides) ? bytes : inRows(bytes, tensor, size),
    };
  };
  return { dataType, dims, place: `${file} ${storage.key} ${offset} ${strides.join()}`, read };
}

/** Whether values lie one after another in the order of the dimensions. */
function areRows(dims: readonly number[], strides: readonly number[]): boolean {
  return dims.every((dim, axis) => dim === 1 || strides[axis] === elementCount(dims.slice(axis + 1)));
}

/** The values in the order of the dimensions, wherever they lie: channels may come last, or a part be looked at. */
function inRows(held: Uint8Array, { dims, strides }: PickleTensor, size: number): Uint8Array {
  const bytes = new Uint8Array(elementCount(dims) * size);
  visitStrided(dims, strides, (from, to) => {
    for (let byte = 0; byte < size; byte++) bytes[to * size + byte] = held[from * size + byte] ?? 0;
  });
  return bytes;
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.map((_, index) => bytes[index - (index % size) + size - 1 - (index % size)] ?? 0);
}
