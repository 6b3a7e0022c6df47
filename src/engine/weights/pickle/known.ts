import { DataType } from '../../onnx/tensor.js';
import {
  instance,
  isObject,
  itemsOf,
  PickleError,
  tuple,
  type PickleGlobal,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
} from './values.js';

/**
 * What a function of this name makes of its arguments, where weights are made of it; for every other name, which may be
 * anything, an inert object.
 * @throws PickleError where the arguments are none of the function's
 */
export function reduced(callee: PickleValue, args: readonly PickleValue[]): PickleValue {
  const known = isObject(callee) && callee.kind === 'global' ? FUNCTIONS.get(callee.path) : undefined;
  return known === undefined ? instance() : known(args);
}

/** What torch.save refers to outside of the pickle: `('storage', class, key, location, length)`. */
export function persistent(id: PickleValue): PickleValue {
  const [tag, type, key] = itemsOf(id);
  if (tag !== 'storage' || typeof key !== 'string' || !isGlobal(type)) throw new PickleError('no storage');
  const untyped = type.path.endsWith('.UntypedStorage');
  const dataType = untyped ? null : STORAGES.get(type.path);
  // Complex and quantised numbers are no weights of a model that is explained.
  return dataType === undefined ? instance() : { kind: 'storage', key, dataType };
}

type Known = (args: readonly PickleValue[]) => PickleValue;

/** A parameter is its tensor. */
const first: Known = ([data = null]) => data;

const FUNCTIONS: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['collections.OrderedDict', ([pairs]) => ({ kind: 'dict', entries: dictEntries(pairs) })],
  ['torch._utils._rebuild_tensor', (args) => tensor(args, storedType(args))],
  ['torch._utils._rebuild_tensor_v2', (args) => tensor(args, storedType(args))],
  ['torch._utils._rebuild_tensor_v3', (args) => tensor(args, typeNamed(args[6]))],
  ['torch._utils._rebuild_parameter', first],
  ['torch._utils._rebuild_parameter_with_state', first],
  ['torch.nn.parameter.Parameter', first],
  ['torch._tensor._rebuild_from_type_v2', ([make = null, , args]) => reduced(make, itemsOf(args))],
  ['torch.Size', ([sizes]) => tuple([...itemsOf(sizes)])],
  // A module lists in sets which of its buffers are not saved.
  ['builtins.set', ([items]) => tuple([...itemsOf(items ?? tuple([]))])],
  ['__builtin__.set', ([items]) => tuple([...itemsOf(items ?? tuple([]))])],
]);

function dictEntries(pairs: PickleValue | undefined): Map<PickleValue, PickleValue> {
  if (pairs === undefined) return new Map();
  return new Map(
    itemsOf(pairs).map((pair) => {
      const [key = null, value = null] = itemsOf(pair);
      return [key, value];
    }),
  );
}

/** @param args storage, offset, size, stride, … */
function tensor(args: readonly PickleValue[], dataType: DataType | null): PickleValue {
  const [storage, offset, size, stride] = args;
  if (dataType === null || !isStorage(storage)) return instance();
  if (!isCount(offset)) throw new PickleError('no offset');
  const [dims, strides] = [countsOf(size), countsOf(stride)];
  if (dims.length !== strides.length) throw new PickleError('as many strides as dimensions');
  return { kind: 'tensor', storage, dataType, offset, dims, strides } satisfies PickleTensor;
}

function storedType([storage]: readonly PickleValue[]): DataType | null {
  return isStorage(storage) ? storage.dataType : null;
}

function typeNamed(type: PickleValue | undefined): DataType | null {
  return isGlobal(type) ? (TYPES.get(type.path) ?? null) : null;
}

function countsOf(sequence: PickleValue | undefined): readonly number[] {
  return itemsOf(sequence).map((item) => {
    if (!isCount(item)) throw new PickleError('no count');
    return item;
  });
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isGlobal(value: PickleValue | undefined): value is PickleGlobal {
  return isObject(value) && value.kind === 'global';
}

function isStorage(value: PickleValue | undefined): value is PickleStorage {
  return isObject(value) && value.kind === 'storage';
}

const STORAGES: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ['torch.FloatStorage', DataType.FLOAT],
  ['torch.DoubleStorage', DataType.DOUBLE],
  ['torch.HalfStorage', DataType.FLOAT16],
  ['torch.BFloat16Storage', DataType.BFLOAT16],
  ['torch.LongStorage', DataType.INT64],
  ['torch.IntStorage', DataType.INT32],
  ['torch.ShortStorage', DataType.INT16],
  ['torch.CharStorage', DataType.INT8],
  ['torch.ByteStorage', DataType.UINT8],
  ['torch.BoolStorage', DataType.BOOL],
]);

const TYPES: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ['torch.float32', DataType.FLOAT],
  ['torch.float64', DataType.DOUBLE],
  ['torch.float16', DataType.FLOAT16],
  ['torch.bfloat16', DataType.BFLOAT16],
  ['torch.float8_e4m3fn', DataType.FLOAT8E4M3FN],
  ['torch.float8_e5m2', DataType.FLOAT8E5M2],
  ['torch.int64', DataType.INT64],
  ['torch.int32', DataType.INT32],
  ['torch.int16', DataType.INT16],
  ['torch.int8', DataType.INT8],
  ['torch.uint8', DataType.UINT8],
  ['torch.uint16', DataType.UINT16],
  ['torch.uint32', DataType.UINT32],
  ['torch.uint64', DataType.UINT64],
  ['torch.bool', DataType.BOOL],
]);
