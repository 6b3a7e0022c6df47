import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import path, { type PlatformPath } from 'node:path';

import { type EngineError, fail } from '../failure.js';
import { reasonOf } from '../../protocol/reasons.js';
import { substituteOf } from '../substitute.js';
import type { TensorProto } from './gen/onnx_pb.js';

/**
 * Reads a tensor's bytes from the file that its `external_data` names.
 * @param expected number of bytes that the tensor's type and shape ask for
 * @throws externalDataOutside, externalDataMissing, externalDataTooShort, externalDataPlace, lfsPointer, webPage,
 * cannotRead
 */
export function readExternalData(tensor: TensorProto, expected: number, modelFile: string): Uint8Array {
  const entries = entriesOf(tensor);
  const data = locationOf(tensor);
  const offset = Number(entries.get('offset') ?? 0);
  const length = Number(entries.get('length') ?? expected);
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== expected)
    throw fail('externalDataPlace', { file: modelFile, tensor: tensor.name, data });

  const found = locateData(data, modelFile);
  const descriptor = open(found);
  try {
    if (fstatSync(descriptor).size < offset + length) throw tooShort(found, data, modelFile);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      // A single read is limited to 2 GiB.
      const read = readSync(descriptor, bytes, done, Math.min(length - done, 2 ** 30), offset + done);
      if (read === 0) throw tooShort(found, data, modelFile);
      done += read;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

/** What stands in place of a data file is short. */
function tooShort(found: string, data: string, modelFile: string): EngineError {
  const { size } = statSync(found);
  const substitute = size < SUBSTITUTE_BYTES ? substituteOf(readFileSync(found)) : null;
  return substitute === null
    ? fail('externalDataTooShort', { file: modelFile, data })
    : fail(substitute, { file: found });
}

/** A pointer is of some hundred bytes, a page hardly of more than this. */
const SUBSTITUTE_BYTES = 2 ** 20;

/** The file that a tensor's `external_data` names, as the model writes it. */
export function locationOf(tensor: TensorProto): string {
  return entriesOf(tensor).get('location') ?? '';
}

/**
 * Path of a file that a model keeps weights in. It lies beside the model or, where that is a link, beside what the link
 * leads to; by its name (no absolute path, no `..`) and, links followed, in one of these two folders.
 * @throws externalDataOutside, externalDataMissing, cannotRead
 */
export function locateData(data: string, modelFile: string): string {
  const segments = data.split(/[\\/]/);
  if (data === '' || path.isAbsolute(data) || path.win32.isAbsolute(data) || segments.includes('..'))
    throw fail('externalDataOutside', { file: modelFile, data });
  const folders = [path.dirname(modelFile), path.dirname(linksFollowed(modelFile))];
  const places = folders.map((folder) => path.join(folder, ...segments));
  const found = places.find((place) => existsSync(place));
  // A pipe would never end, and a folder holds no weights.
  if (found === undefined || !statSync(found).isFile())
    throw fail('externalDataMissing', { file: modelFile, data });
  const real = realpathSync(found);
  if (!folders.some((folder) => isInside(realpathSync(folder), real)))
    throw fail('externalDataOutside', { file: modelFile, data });
  return found;
}

function entriesOf({ externalData }: TensorProto): ReadonlyMap<string, string> {
  return new Map(externalData.map(({ key, value }) => [key, value]));
}

/**
 * Whether a file lies in a folder or below it, by their absolute paths.
 * @param on the system that the paths are of
 */
export function isInside(folder: string, file: string, on: PlatformPath = path): boolean {
  const way = on.relative(folder, file);
  return !on.isAbsolute(way) && way.split(on.sep)[0] !== '..';
}

function linksFollowed(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    throw fail('cannotRead', { file, reason: reasonOf(error) }, error);
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw fail('cannotRead', { file, reason: reasonOf(error) }, error);
  }
}
