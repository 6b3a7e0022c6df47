import { basename, dirname, join } from 'node:path';
import type { Region } from '../../protocol/annotations.js';
import type { AnnotationsRequest } from '../../protocol/engineApi.js';
import { fail } from '../failure.js';
import { readTextIfPresent } from '../files.js';
import { regionOf, type MarkedBox } from './regions.js';

/** The boxes in a `boxes.csv` of the picture's folder. @throws cannotRead, badAnnotations */
export async function boxesFromCsv(request: AnnotationsRequest): Promise<readonly Region[]> {
  const file = join(dirname(request.path), 'boxes.csv');
  const text = await readTextIfPresent(file);
  if (text === null) return [];
  const boxes = parseBoxesCsv(text, file, basename(request.path));
  return boxes.map((box) => regionOf(box, file, request));
}

const NUMBER = String.raw`\s*(-?\d+(?:\.\d+)?)\s*`;
/** file, class index, x0, y0, x1, y1; the file's name may hold commas. */
const LINE = new RegExp(String.raw`^\s*(.+?)\s*,\s*(\d+)\s*,${NUMBER},${NUMBER},${NUMBER},${NUMBER}$`);

/**
 * The boxes for one picture: lines of file name, class index and the box's left, top, right and bottom edge in pixels.
 * @param picture name of the picture's file
 * @throws badAnnotations
 */
export function parseBoxesCsv(text: string, file: string, picture: string): readonly MarkedBox[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (!line.replace(/^\s*"?/, '').startsWith(picture)) return [];
    const [, name = picture, target, x0, y0, x1, y1] = LINE.exec(line) ?? [];
    if (name.replace(/^"(.*)"$/, '$1') !== picture) return [];
    const [x, y] = [Number(x0), Number(y0)];
    const [width, height] = [Number(x1) - x, Number(y1) - y];
    if (!(width > 0 && height > 0)) {
      const reason = `line ${index + 1} is not "file,class_index,x0,y0,x1,y1" with x0 < x1 and y0 < y1`;
      throw fail('badAnnotations', { file, reason });
    }
    return { name: Number(target), box: { x, y, width, height } };
  });
}
