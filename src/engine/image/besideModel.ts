import { basename, dirname, join } from 'node:path';
import { readTextIfPresent } from '../files.js';
import { parseJson } from './json.js';

/** Beside a model means its own folder and, for `onnx/model.onnx` as transformers.js lays models out, the one above. */
export function foldersBeside(model: string): readonly string[] {
  const folder = dirname(model);
  return basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder];
}

/** The text of the first file of this name beside a model; null where there is none. @throws cannotRead */
export async function textBeside(model: string, name: string): Promise<string | null> {
  for (const folder of foldersBeside(model)) {
    const text = await readTextIfPresent(join(folder, name));
    if (text !== null) return text;
  }
  return null;
}

/** The same as JSON; null also where the file is no JSON: it was not written for us and must not stop anybody. */
export async function jsonBeside(model: string, name: string): Promise<unknown> {
  const text = await textBeside(model, name);
  return text === null ? null : parseJson(text);
}
