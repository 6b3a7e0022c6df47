import type { Mask, Size } from '../mark.js';

/**
 * A mask as COCO writes it: lengths of runs that are outside and inside in turn, down the columns from left to right.
 * @param counts the lengths; a text where they are compressed
 * @returns null where they do not make up the size
 */
export function decodeRle(counts: string | readonly number[], { width, height }: Size): Mask | null {
  const runs = typeof counts === 'string' ? lengthsIn(counts) : counts;
  const pixels = width * height;
  const isWrong = runs.some((run) => !Number.isInteger(run) || run < 0);
  if (isWrong || runs.reduce((sum, run) => sum + run, 0) !== pixels) return null;
  const values = new Uint8Array(pixels);
  let at = 0;
  runs.forEach((run, index) => {
    const end = at + run;
    for (; at < end; at++) if (index % 2 === 1) values[(at % height) * width + Math.floor(at / height)] = 1;
  });
  return { kind: 'mask', width, height, values };
}

/** A character has five bits of a number, and whether more follow; the characters begin here. */
const FIRST_CHARACTER = 48;
const MORE = 0x20;
const SIGN = 0x10;

/**
 * Numbers, the lowest bits first, in two's complement. From the fourth on each is the difference from the one two before it.
 */
function lengthsIn(text: string): readonly number[] {
  const lengths: number[] = [];
  let value = 0;
  let unit = 1;
  for (let at = 0; at < text.length; at++) {
    const bits = text.charCodeAt(at) - FIRST_CHARACTER;
    if (bits < 0 || bits >= 2 * MORE) return [NaN];
    value += (bits & (MORE - 1)) * unit;
    unit *= MORE;
    if ((bits & MORE) !== 0) continue;
    const number = (bits & SIGN) === 0 ? value : value - unit;
    lengths.push(lengths.length > 2 ? number + (lengths.at(-2) ?? 0) : number);
    value = 0;
    unit = 1;
  }
  return unit === 1 ? lengths : [NaN];
}
