import { CsvError, parse } from 'csv-parse/sync';
import { inOrder, type Numbered } from './numbered.js';

/**
 * One label a line, or several in one; numbers before or behind all of them, headings, quotes around all and WordNet ids
 * are left out.
 */
export function labelsOfLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim());
  const written = lines.filter((line) => line !== '');
  const [first = '', ...others] = written;
  const isOneLine = others.length === 0 && !/[[\](){}]/.test(first);
  const parts = isOneLine ? first.split(/[;,]/).map((part) => part.trim()) : withoutEnds(written);
  const names = parts.filter((part) => part !== '').map((name) => name.replace(/^\[(\d+)\]/, '$1:'));
  const ofWords = names.every((name) => WORDNET.test(name)) ? names.map(withoutWordNet) : names;
  const [, ...behindHeading] = ofWords;
  const found = numbered(ofWords) ?? (behindHeading.length > 1 ? numbered(behindHeading) : null);
  return unquoted(found ?? withoutHeading(ofWords)).map(withoutWordNet);
}

/** The separators that a program leaves at the end of each line. */
function withoutEnds(lines: readonly string[]): readonly string[] {
  const isEnded = lines.slice(0, -1).every((line) => /[,;]$/.test(line));
  return isEnded ? lines.map((line) => line.replace(/\s*[,;]$/, '')) : lines;
}

const BEFORE_SPACE = /^(?<index>\d+)\s+(?<name>[^\s\-–].*)$/;

function numbered(lines: readonly string[]): readonly string[] | null {
  return (
    numberedBy(lines, /^(?<index>\d+)\s*(?:[,:;\t=]|[.)]\s)\s*(?<name>.+)$/, [0, 1]) ??
    numberedBy(lines, BEFORE_SPACE, [0]) ??
    distinct(numberedBy(lines, BEFORE_SPACE, [1])) ??
    distinct(numberedBy(lines, /^(?<name>.+?)(?:\s*[,:;\t=]\s*|\s+)(?<index>\d+)$/, [0]))
  );
}

/** After a mere space numbers may be a part of the names: “1 cent, 2 cent”. */
function distinct(names: readonly string[] | null): readonly string[] | null {
  return names !== null && new Set(names).size === names.length ? names : null;
}

function numberedBy(
  lines: readonly string[],
  form: RegExp,
  starts: readonly number[],
): readonly string[] | null {
  const found = lines.flatMap((line): Numbered[] => {
    const { index, name } = form.exec(line)?.groups ?? {};
    return index === undefined || name === undefined ? [] : [[Number(index), name]];
  });
  return found.length === lines.length ? inOrder(found, starts) : null;
}

/** A word over a list of names. */
const HEADING = /^(?:class(?:es)?|labels?|names?|(?:class|label)[ _]?names?)$/i;

function withoutHeading(lines: readonly string[]): readonly string[] {
  const [first = '', ...others] = lines;
  return HEADING.test(first) && others.length > 1 ? others : lines;
}

function unquoted(names: readonly string[]): readonly string[] {
  const isQuoted = names.every((name) => /^(?:"[^"]*"|'[^']*')$/.test(name));
  return isQuoted ? names.map((name) => name.slice(1, -1)) : names;
}

const WORDNET = /^n\d{8}[\s,]+(?=\S)/;

function withoutWordNet(name: string): string {
  return name.replace(WORDNET, '');
}

/** The lines of a table, each by the headings; none where the text is no table. */
export function recordsOf(text: string): readonly unknown[] {
  const [headings = ''] = text.split(/[\r\n]/, 1);
  const [delimiter] = /[,;\t]/.exec(headings) ?? [];
  if (delimiter === undefined || /^\d/.test(headings)) return [];
  try {
    return parse(text, { columns: true, delimiter, trim: true, skip_empty_lines: true, relax_quotes: true });
  } catch (error) {
    if (error instanceof CsvError) return [];
    throw error;
  }
}
