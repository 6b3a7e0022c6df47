import type { Mark, MarkShape, Size } from '../mark.js';
import { PLAIN_BOXES, PLAIN_CLASSES, type CsvHeader } from './csvColumns.js';

export interface Row {
  /** The file's name for the picture. */
  readonly picture: string;
  /** null where the line cannot be used. */
  readonly said: Omit<Mark, 'file'> | null;
}

/**
 * What a line says. Its first field, the picture's name, may hold commas without quotation marks around it.
 * @param header null where the file has none
 */
export function rowOf(fields: readonly string[], header: CsvHeader | null): Row {
  if (header !== null) return rowIn(fields, header);
  const row = rowIn(fields, fields.length === PLAIN_CLASSES.width ? PLAIN_CLASSES : PLAIN_BOXES);
  return row.said === null ? { picture: unquoted(fields[0] ?? ''), said: null } : row;
}

function rowIn(given: readonly string[], { file, name, edges, extents, size, width }: CsvHeader): Row {
  const fields = ofWidth(given, width);
  const at = (place: number): string => fields[place]?.trim() ?? '';
  const picture = unquoted(at(file));
  const text = unquoted(at(name));
  const called = text === '' ? null : /^\d+$/.test(text) ? Number(text) : text;
  const cells = edges?.map(at) ?? [];
  const isComplete = fields.length >= width && (called !== null || (name < 0 && edges !== null));
  if (!isComplete) return { picture, said: null };
  if (cells.every((cell) => cell === ''))
    return { picture, said: called === null ? null : { name: called, shape: null } };
  const shape = boxOf(cells.map(numberOf), extents, size?.map((place) => numberOf(at(place))) ?? []);
  return { picture, said: shape && { name: called, shape } };
}

/** What is too much belongs to the first field, blanks at the end to none. */
function ofWidth(fields: readonly string[], width: number): readonly string[] {
  const excess = fields.length - width;
  if (excess <= 0) return fields;
  const isBlank = fields.slice(width).every((field) => field.trim() === '');
  return isBlank
    ? fields.slice(0, width)
    : [fields.slice(0, excess + 1).join(','), ...fields.slice(excess + 1)];
}

/** null where the numbers are none of a box with an extent. */
function boxOf(edges: readonly number[], extents: boolean, size: readonly number[]): MarkShape | null {
  const [x = NaN, y = NaN, third = NaN, fourth = NaN] = edges;
  const [width, height] = extents ? [third, fourth] : [third - x, fourth - y];
  if (!(Number.isFinite(x + y) && width > 0 && height > 0)) return null;
  return { kind: 'box', box: { x, y, width, height }, of: sizeOf(edges, size) };
}

/** Edges that are none of a picture of more than one pixel are parts of it. */
function sizeOf(edges: readonly number[], [width = NaN, height = NaN]: readonly number[]): Size | null {
  if (edges.every((edge) => edge <= 1)) return { width: 1, height: 1 };
  return width > 0 && height > 0 ? { width, height } : null;
}

function numberOf(field: string): number {
  const text = field.trim();
  return /^-?\d*\.?\d+(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function unquoted(name: string): string {
  return name.trim().replace(/^"(.*)"$/, '$1');
}
