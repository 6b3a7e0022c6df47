import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

import { fail } from '../failure.js';
import { reasonOf } from '../files.js';
import type { TensorProto } from './gen/onnx_pb.js';

/**
 * Reads a tensor's bytes from the file that its `external_data` names. Only files of the model's own folder are read:
 * no absolute path, no `..`, no link that leads out.
 * @param expected number of bytes that the tensor's type and shape ask for
 * @throws externalDataOutside, externalDataMissing, externalDataTooShort, externalDataPlace, cannotRead
 */
export function readExternalData(tensor: TensorProto, expected: number, modelFile: string): Uint8Array {
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const data = entries.get('location') ?? '';
  const offset = Number(entries.get('offset') ?? 0);
  const length = Number(entries.get('length') ?? expected);
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== expected)
    throw fail('externalDataPlace', { file: modelFile, tensor: tensor.name, data });

  const descriptor = open(locate(data, modelFile));
  try {
    if (fstatSync(descriptor).size < offset + length)
      throw fail('externalDataTooShort', { file: modelFile, data });
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      // A single read is limited to 2 GiB.
      const read = readSync(descriptor, bytes, done, Math.min(length - done, 2 ** 30), offset + done);
      if (read === 0) throw fail('externalDataTooShort', { file: modelFile, data });
      done += read;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

function locate(data: string, modelFile: string): string {
  const folder = realpathSync(path.dirname(modelFile));
  const segments = data.split(/[\\/]/);
  const outside = fail('externalDataOutside', { file: modelFile, data });
  if (data === '' || path.isAbsolute(data) || path.win32.isAbsolute(data) || segments.includes('..'))
    throw outside;
  let real: string;
  try {
    real = realpathSync(path.join(folder, ...segments));
  } catch (error) {
    throw fail('externalDataMissing', { file: modelFile, data }, error);
  }
  if (!real.startsWith(folder + path.sep)) throw outside;
  // A pipe would never end, and a folder holds no weights.
  if (!statSync(real).isFile()) throw fail('externalDataMissing', { file: modelFile, data });
  return real;
}

function open(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw fail('cannotRead', { file, reason: reasonOf(error) }, error);
  }
}
