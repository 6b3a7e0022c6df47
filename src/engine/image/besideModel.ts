import { basename, dirname, join } from 'node:path';
import { readTextIfPresent } from '../files.js';
import { parseJson } from './json.js';

/**
 * The text of the first file of this name beside a model; null where there is none.
 * Beside means its own folder and, for `onnx/model.onnx` as transformers.js lays models out, the one above.
 * @throws cannotRead
 */
export async function textBeside(model: string, name: string): Promise<string | null> {
  const folder = dirname(model);
  const text = await readTextIfPresent(join(folder, name));
  if (text !== null || basename(folder) !== 'onnx') return text;
  return readTextIfPresent(join(dirname(folder), name));
}

/** The same as JSON; null also where the file is no JSON: it was not written for us and must not stop anybody. */
export async function jsonBeside(model: string, name: string): Promise<unknown> {
  const text = await textBeside(model, name);
  return text === null ? null : parseJson(text);
}
