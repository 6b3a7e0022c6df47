import { fail } from '../failure.js';
import { readBytes } from '../files.js';
import { placeholderOf } from '../placeholder.js';

/** The .npy format of NumPy, versions 1 and 2: magic, version, length of the header, header, values. */
const MAGIC = '\x93NUMPY';

export interface FloatArray {
  readonly shape: readonly number[];
  /** C order. */
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * Reads a float32 array of the expected shape.
 * @throws cannotRead; lfsPointer, webPage; notArray where the file holds anything else
 */
export async function loadArray(file: string, shape: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
  const bytes = await readBytes(file);
  const array = parseNpy(bytes);
  if (array?.shape.join() !== shape.join())
    throw fail(placeholderOf(bytes) ?? 'notArray', { file, shape: shape.join(' × ') });
  return array.values;
}

/** The array in the bytes of a .npy file; null where they are not a little-endian float32 array in C order. */
export function parseNpy(bytes: Uint8Array): FloatArray | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || latin1(bytes, 0, 6) !== MAGIC) return null;
  const long = view.getUint8(6) > 1;
  const start = long ? 12 : 10;
  const dataStart = start + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = latin1(bytes, start, dataStart);
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1]?.match(/\d+/g)?.map(Number) ?? [];
  const length = shape.reduce((product, size) => product * size, 1);
  const readable = /'descr':\s*'<f4'/.test(header) && /'fortran_order':\s*False/.test(header);
  if (!readable || bytes.length !== dataStart + 4 * length) return null;
  // Copied into place: a Buffer's slice would share the file's memory, header and all.
  const values = new Float32Array(length);
  new Uint8Array(values.buffer).set(bytes.subarray(dataStart));
  return { shape, values };
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
