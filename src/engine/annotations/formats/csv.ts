import { dirname } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { CSV_FILES } from '../../../protocol/annotations.js';
import { fail } from '../../failure.js';
import { readText } from '../../files.js';
import type { Mark } from '../mark.js';
import { PictureNames, saidOf, type PictureIndex } from '../pictureIndex.js';
import { headerOf, type CsvHeader } from './csvColumns.js';
import { rowOf } from './csvRow.js';
import type { Format } from './format.js';

/** Lines of a file's name and what it shows, with or without the edges of a box, in pixels of the picture. */
export const csv: Format = {
  endings: ['.csv'],
  folders: (picture) => [dirname(picture), dirname(dirname(picture))],
  files: (listing) => CSV_FILES.filter((name) => listing.has(name)),
  read: async (file, picture, look) => saidOf(await look.index(file, readCsv), picture),
};

/** What all lines of one picture say. */
interface Lines {
  readonly marks: Mark[];
  /** Why the first bad line is bad. */
  wrong: string | null;
}

async function readCsv(file: string): Promise<PictureIndex> {
  const said = new Map<string, Lines>();
  let header: CsvHeader | null | undefined;
  let size = 0;
  const take = (fields: readonly string[], line: number): void => {
    if (fields.every((field) => field.trim() === '')) return;
    if (header === undefined) {
      header = headerOf(fields);
      if (header !== null) return;
    }
    const row = rowOf(fields, header);
    const lines = said.get(row.picture) ?? { marks: [], wrong: null };
    said.set(row.picture, lines);
    size++;
    if (row.said === null) lines.wrong ??= wrongLine(line, header);
    else lines.marks.push({ file, ...row.said });
  };
  const text = await readText(file);
  try {
    parse(text, {
      bom: true,
      delimiter: separatorOf(text),
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
    throw fail('badAnnotations', { file, reason: 'a quotation mark is opened and not closed' }, cause);
  }
  return {
    size,
    pictures: new PictureNames(said.keys()),
    marksOf(name) {
      const { marks, wrong } = said.get(name) ?? { marks: [], wrong: null };
      if (wrong !== null) throw fail('badAnnotations', { file, reason: wrong });
      return marks;
    },
  };
}

function wrongLine(line: number, header: CsvHeader | null): string {
  return header === null
    ? `line ${line} is not "file,class" or "file,class,x0,y0,x1,y1" with x0 < x1 and y0 < y1`
    : `line ${line} lacks what the header names, or its box has no extent`;
}

const SEPARATORS = [',', ';', '\t'];

/** The one that the first line has most of. */
function separatorOf(text: string): string {
  const [line = ''] = text.split('\n', 1);
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}
