// The grid as anybody sees it: coloured fields on white with black letters. Knows nothing of how it is laid out.
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { formatNpy } from '../../../src/engine/image/npy.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { temporaryFolder } from '../image/helpers.js';
import { colorModel, halves, LEFT, PLAIN, program, RIGHT } from './program.js';

const folder = temporaryFolder();
/** A machine without any font. */
const env = { ...process.env };
const cli = program('grid', env);

let model = '';
let image = '';
let preprocessing = '';
beforeAll(async () => {
  env['FONTCONFIG_FILE'] = await folder.write('no-fonts.conf', '<fontconfig></fontconfig>');
  model = await folder.write('color.onnx', writeModel(colorModel()).bytes);
  await folder.write('color.labels.txt', 'WWWWWWWWWW\ngreen\niiiiiiiiii\n');
  image = await folder.write('halves.png', await halves());
  preprocessing = await folder.write('plain.json', PLAIN);
});

type Range = readonly [from: number, to: number];

interface Page {
  readonly width: number;
  readonly height: number;
  readonly pixel: (x: number, y: number) => readonly number[];
}

/** A grid that is drawn without a word on standard error. */
async function draw(...words: string[]): Promise<Page> {
  const out = folder.path('grid.png');
  const outcome = await cli('explain', '--model', model, '--out', out, ...words);
  expect(outcome).toEqual({ status: 0, printed: '', reported: '' });
  const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return {
    width: info.width,
    height: info.height,
    pixel: (x, y) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)],
  };
}

const withPicture = (): string[] => ['--image', image, '--preprocessing', preprocessing];

const isColored = (pixel: readonly number[]): boolean => Math.max(...pixel) - Math.min(...pixel) > 2;
const isInk = (pixel: readonly number[]): boolean => Math.max(...pixel) < 128;

/** Where a test holds without a break. */
function ranges(size: number, holds: (at: number) => boolean): Range[] {
  const found: Range[] = [];
  for (let at = 0; at < size; at++) {
    const last = found.at(-1);
    if (!holds(at)) continue;
    if (last?.[1] === at) found[found.length - 1] = [last[0], at + 1];
    else found.push([at, at + 1]);
  }
  return found;
}

const upTo = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

function fields({ width, height, pixel }: Page): { columns: Range[]; rows: Range[] } {
  const xs = upTo(width);
  const rows = ranges(height, (y) => xs.some((x) => isColored(pixel(x, y))));
  const ys = rows.map(([from, to]) => Math.floor((from + to) / 2));
  return { columns: ranges(width, (x) => ys.some((y) => isColored(pixel(x, y)))), rows };
}

/** How wide the letters above the first row within a column are, and below `from`. */
function inkWidth({ pixel }: Page, [left, right]: Range, [from, to]: Range): number {
  const ys = upTo(to).slice(from);
  const inked = upTo(right)
    .slice(left)
    .filter((x) => ys.some((y) => isInk(pixel(x, y))));
  return inked.length === 0 ? 0 : Math.max(...inked) - Math.min(...inked) + 1;
}

const HIGH = [253, 231, 37];
const LOW = [68, 1, 84];
/** Three fifths of the map's colour over two fifths of the picture's. */
const over = (color: readonly number[], picture: readonly number[]): number[] =>
  color.map((value, i) => 0.6 * value + 0.4 * (picture[i] ?? 0));

function expectColor(pixel: readonly number[], expected: readonly number[]): void {
  pixel.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThanOrEqual(1.5);
  });
}

test('columns are the methods, rows the classes, and every field shows its map', async () => {
  const methods = ['relevance-cam', 'grad-cam', 'cam'].flatMap((name) => ['--method', name]);
  const page = await draw(...withPicture(), ...methods, '--class', '0', '--class', '2');
  const { columns, rows } = fields(page);
  expect([columns.length, rows.length]).toEqual([4, 2]);
  rows.forEach(([top, bottom], row) => {
    columns.forEach(([left, right], column) => {
      expect(right - left).toBe(bottom - top);
      const y = Math.floor((top + bottom) / 2);
      const atLeft = page.pixel(left + Math.floor((right - left) / 4), y);
      const atRight = page.pixel(left + Math.floor((3 * (right - left)) / 4), y);
      // The left half is red, the right half blue. Red speaks for class 0, and by Relevance-CAM against class 2.
      const [onLeft, onRight] = column === 1 || row === 0 ? [row === 0 ? HIGH : LOW, null] : [null, HIGH];
      const isMap = column > 0;
      expectColor(atLeft, isMap && onLeft ? over(onLeft, LEFT) : LEFT);
      expectColor(atRight, isMap && onRight ? over(onRight, RIGHT) : RIGHT);
    });
  });
});

test('with one method the classes are the columns, and their names are legible where there are no fonts', async () => {
  const page = await draw(...withPicture(), '--class', '0', '--class', '2');
  const { columns, rows } = fields(page);
  expect([columns.length, rows.length]).toEqual([3, 1]);
  const [, wide, narrow] = columns;
  const [first] = rows;
  if (!wide || !narrow || !first) throw new Error('unreachable');
  const above = ranges(first[0], (y) => upTo(page.width).some((x) => isInk(page.pixel(x, y))));
  // Title, its note, headings, their notes: the last two stand over the fields.
  const [heading] = above.slice(-2);
  if (!heading) throw new Error('unreachable');
  const widths = [wide, narrow].map((column) => inkWidth(page, column, heading));
  expect(widths[1]).toBeGreaterThan(20);
  // Boxes in place of missing letters would all be of one width; Roboto's W is 3.6 times as wide as its i.
  expect((widths[0] ?? 0) / (widths[1] ?? 1)).toBeGreaterThan(3);
});

test('an input array has no picture, and one method and class put the layers side by side', async () => {
  const values = Float32Array.from({ length: 48 }, (_, i) => (i % 4 < 2 ? 1 : 0));
  const input = await folder.write('input.npy', formatNpy({ shape: [1, 3, 4, 4], values }));
  const page = await draw('--input', input, '--method', 'lrp', '--layers', 'x', '--layers', 'activation');
  const { columns, rows } = fields(page);
  expect([columns.length, rows.length]).toEqual([2, 1]);
  const [top = 0, bottom = 0] = rows[0] ?? [];
  for (const [left, right] of columns) {
    const y = Math.floor((top + bottom) / 2);
    expectColor(page.pixel(left + 20, y), HIGH);
    expectColor(page.pixel(right - 20, y), LOW);
  }
});
