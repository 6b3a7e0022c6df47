import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, isAbsolute, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { name, version } from '../../../package.json';
import type { Picture, Rectangle } from '../../protocol/explanation.js';
import type { ModelInfo } from '../../protocol/model.js';
import { reasonOf } from '../../protocol/reasons.js';
import { fail } from '../failure.js';
import { cropOf } from '../image/fit.js';

/** What raw values were computed of, and by what, so that they can be computed again. */
export interface Provenance extends Partial<Pick<ModelInfo, 'preprocessing' | 'preprocessingSource'>> {
  readonly program: { readonly name: string; readonly version: string };
  readonly modelFiles: readonly ModelFile[];
  /** The part of the picture that the model sees, in pixels of the picture's file; absent without a picture. */
  readonly crop?: Rectangle;
}

interface ModelFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * @param picture null where the input is an array
 * @param folder paths are told from here; of a file elsewhere its name alone, since a path tells of people
 * @throws cannotRead
 */
export async function provenanceOf(
  { files, preprocessing, preprocessingSource }: ModelInfo,
  picture: Pick<Picture, 'originalWidth' | 'originalHeight'> | null,
  folder: string,
): Promise<Provenance> {
  const modelFiles = await Promise.all(
    files.map(async (file) => ({ file: pathFrom(folder, file), ...(await digestOf(file)) })),
  );
  const program = { name, version };
  if (picture === null) return { program, modelFiles };
  const crop = cropOf(picture.originalWidth, picture.originalHeight, preprocessing);
  return { program, modelFiles, preprocessing, preprocessingSource, crop };
}

/** A file's path from a folder that it lies in, with slashes; of a file elsewhere its name alone. */
export function pathFrom(folder: string, file: string): string {
  const path = relative(folder, file);
  const isInside = path !== '' && !isAbsolute(path) && !/^\.\.([\\/]|$)/.test(path);
  return isInside ? path.replaceAll('\\', '/') : basename(file);
}

async function digestOf(file: string): Promise<Omit<ModelFile, 'file'>> {
  const hash = createHash('sha256');
  const stream = createReadStream(file);
  try {
    await pipeline(stream, hash);
  } catch (cause) {
    throw fail('cannotRead', { file, reason: reasonOf(cause) }, cause);
  }
  return { bytes: stream.bytesRead, sha256: hash.digest('hex') };
}
