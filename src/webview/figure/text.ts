import type { Font } from './fonts.js';

/** Width of a text in CSS pixels. */
export type Measure = (text: string, font: Font) => number;

const ELLIPSIS = '…';
const LETTERS = new Intl.Segmenter();

/** As much of the text as fits, with an ellipsis where something is missing. */
export function ellipsise(text: string, width: number, font: Font, measure: Measure): string {
  if (measure(text, font) <= width) return text;
  const letters = Array.from(LETTERS.segment(text), ({ segment }) => segment);
  while (letters.length > 0 && measure(letters.join('').trimEnd() + ELLIPSIS, font) > width) letters.pop();
  return letters.join('').trimEnd() + ELLIPSIS;
}

/**
 * The text in lines of at most `width`, broken at spaces and behind slashes; the last line takes what is left, as far
 * as it fits.
 */
export function wrap(
  text: string,
  width: number,
  most: number,
  font: Font,
  measure: Measure,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=[ /])/)) {
    if (lines.length < most - 1 && line !== '' && measure((line + word).trimEnd(), font) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
  }
  return [...lines, line.trimEnd()].map((one) => ellipsise(one, width, font, measure));
}
