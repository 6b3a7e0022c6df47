// The pictures and the model of the embedded sample, by their path in the workspace.
import { readdirSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../../..');
export const SAMPLE = path.join(ROOT, 'media/sample');
export const MODEL = 'sample.onnx';

const pictures = readdirSync(path.join(SAMPLE, 'pictures'))
  .filter((name) => name.endsWith('.png'))
  .sort()
  .map((name) => `pictures/${name}`);

function at(index: number): string {
  const picture = pictures[index];
  if (picture === undefined) throw new Error('The sample has too few pictures.');
  return picture;
}

export const PICTURE = at(0);
export const OTHER_PICTURE = at(1);
export const THIRD_PICTURE = at(2);
export const FOURTH_PICTURE = at(3);
