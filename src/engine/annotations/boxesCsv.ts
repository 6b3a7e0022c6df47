import { basename, dirname, join } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import type { ClassNames } from '../../labels/classNames.js';
import type { Region } from '../../protocol/annotations.js';
import type { AnnotationsRequest } from '../../protocol/engineApi.js';
import { fail } from '../failure.js';
import { readTextIfPresent } from '../files.js';
import { regionOf, type MarkedBox } from './regions.js';

/** The boxes in a `boxes.csv` of the picture's folder. @throws cannotRead, badAnnotations */
export async function boxesFromCsv(
  request: AnnotationsRequest,
  classes: ClassNames,
): Promise<readonly Region[]> {
  const file = join(dirname(request.path), 'boxes.csv');
  const text = await readTextIfPresent(file);
  if (text === null) return [];
  const boxes = parseBoxesCsv(text, file, basename(request.path));
  return boxes.map((box) => regionOf(box, file, request, classes));
}

/** What follows a file's name: class index, x0, y0, x1, y1. */
const NUMBERS = 5;

/**
 * The boxes for one picture: lines of file name, class index and the box's left, top, right and bottom edge in pixels.
 * The file's name may hold commas, with quotes around it or without; a header is the line of a file of that name.
 * @param picture name of the picture's file
 * @throws badAnnotations
 */
export function parseBoxesCsv(text: string, file: string, picture: string): readonly MarkedBox[] {
  const wrong = (reason: string, cause?: unknown): Error => fail('badAnnotations', { file, reason }, cause);
  const boxes: MarkedBox[] = [];
  const take = (fields: readonly string[], line: number): void => {
    const names = [fields.slice(0, 1), fields.slice(0, -NUMBERS)].map((name) => unquoted(name.join(',')));
    if (!names.includes(picture)) return;
    const box = names[1] === picture ? boxOf(fields.slice(-NUMBERS)) : null;
    if (box === null)
      throw wrong(`line ${line} is not "file,class_index,x0,y0,x1,y1" with x0 < x1 and y0 < y1`);
    boxes.push(box);
  };
  try {
    parse(text, {
      bom: true,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      relax_quotes: true,
      on_record: (fields: readonly string[], { lines }) => {
        take(fields, lines);
        return null;
      },
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw wrong('a quotation mark is opened and not closed', cause);
  }
  return boxes;
}

/** null where the numbers are none of a box with an extent. */
function boxOf(fields: readonly string[]): MarkedBox | null {
  const [target = NaN, x = NaN, y = NaN, right = NaN, bottom = NaN] = fields.map(numberOf);
  const box = { x, y, width: right - x, height: bottom - y };
  const isClass = Number.isInteger(target) && target >= 0;
  return isClass && box.width > 0 && box.height > 0 ? { name: target, box } : null;
}

function numberOf(field: string): number {
  const text = field.trim();
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
}

function unquoted(name: string): string {
  return name.trim().replace(/^"(.*)"$/, '$1');
}
