import { fail } from '../failure.js';
import { readBytes } from '../files.js';
import { fromHalf } from '../half.js';
import { substituteOf } from '../substitute.js';

/** The .npy format of NumPy, versions 1 and 2: magic, version, length of the header, header, values. */
const MAGIC = '\x93NUMPY';

export interface FloatArray {
  readonly shape: readonly number[];
  /** C order. */
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * Reads an array of the expected shape, axes of 1 aside, or of as many values in a row.
 * @throws cannotRead; lfsPointer, webPage; notArray where the file holds anything else
 */
export async function loadArray(file: string, shape: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
  const bytes = await readBytes(file);
  const array = parseNpy(bytes);
  const sizes = array?.shape.filter((size) => size !== 1).join();
  const isRow = sizes === String(shape.reduce((count, size) => count * size, 1));
  if (array === null || !(isRow || sizes === shape.filter((size) => size !== 1).join()))
    throw fail(substituteOf(bytes) ?? 'notArray', { file, shape: shape.join(' × ') });
  return array.values;
}

/**
 * Reads an array of any shape.
 * @throws cannotRead; notNumpy where the file holds none
 */
export async function loadAnyArray(file: string): Promise<FloatArray> {
  const array = parseNpy(await readBytes(file));
  if (array === null) throw fail('notNumpy', { file });
  return array;
}

/** Of one value: where it begins, and whether its lowest byte comes first. */
type Read = (view: DataView, at: number, isLittle: boolean) => number;

interface Type {
  /** Bytes a value. */
  readonly size: number;
  readonly read: Read;
}

/** The types of numbers, as .npy files name them behind a sign for the order of their bytes. */
const TYPES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['f2', { size: 2, read: (view, at, isLittle) => fromHalf(view.getUint16(at, isLittle)) }],
  ['f4', { size: 4, read: (view, at, isLittle) => view.getFloat32(at, isLittle) }],
  ['f8', { size: 8, read: (view, at, isLittle) => view.getFloat64(at, isLittle) }],
  ['u1', { size: 1, read: (view, at) => view.getUint8(at) }],
  ['i1', { size: 1, read: (view, at) => view.getInt8(at) }],
  ['b1', { size: 1, read: (view, at) => view.getUint8(at) }],
  ['u2', { size: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle) }],
  ['i2', { size: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle) }],
  ['u4', { size: 4, read: (view, at, isLittle) => view.getUint32(at, isLittle) }],
  ['i4', { size: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) }],
  ['i8', { size: 8, read: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)) }],
  ['u8', { size: 8, read: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)) }],
]);

/** The array in the bytes of a .npy file; null where they are not an array of numbers. */
export function parseNpy(bytes: Uint8Array): FloatArray | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || latin1(bytes, 0, 6) !== MAGIC) return null;
  const long = view.getUint8(6) > 1;
  const start = long ? 12 : 10;
  const dataStart = start + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = latin1(bytes, start, dataStart);
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1]?.match(/\d+/g)?.map(Number) ?? [];
  const length = shape.reduce((product, size) => product * size, 1);
  const [, order, name = ''] = /'descr':\s*'([<>|])(\w+)'/.exec(header) ?? [];
  const type = TYPES.get(name);
  if (type === undefined || bytes.length !== dataStart + type.size * length) return null;
  const placeOf = /'fortran_order':\s*True/.test(header) ? placesInColumns(shape) : (index: number) => index;
  const values = Float32Array.from({ length }, (_, index) =>
    type.read(view, dataStart + type.size * placeOf(index), order !== '>'),
  );
  return { shape, values };
}

/** Where the value of an index in C order stands in Fortran's, in which the first axis runs fastest. */
function placesInColumns(shape: readonly number[]): (index: number) => number {
  return (index) => {
    let rest = index;
    return shape.reduceRight((place, size) => {
      const along = rest % size;
      rest = Math.floor(rest / size);
      return place * size + along;
    }, 0);
  };
}

/** The bytes of a .npy file, version 1. */
export function formatNpy({
  shape,
  values,
}: {
  shape: readonly number[];
  values: Float32Array;
}): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape.join()},` : shape.join(', ');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The values begin at a multiple of 64 bytes; the header ends with a line feed.
  const dataStart = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(dataStart + values.byteLength);
  const text = `${MAGIC}\x01\x00\x00\x00${header.padEnd(dataStart - 11)}\n`;
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  new DataView(bytes.buffer).setUint16(8, dataStart - 10, true);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), dataStart);
  return bytes;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', from, to);
}
