import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { figurePng, type Figure } from '../../../src/engine/export/figure.js';

interface Page {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

/** Drawings of one colour, 200 × 60. */
const WIDTH = 200;
const HEIGHT = 60;
function drawing(red: number, green: number, blue: number): Uint8ClampedArray {
  const pixels = Array.from({ length: WIDTH * HEIGHT }, () => [red, green, blue, 255]);
  return Uint8ClampedArray.from(pixels.flat());
}

const RED = drawing(255, 0, 0);
const BLUE = drawing(0, 0, 255);
const figure: Figure = {
  title: { text: 'Title' },
  columns: [{ text: 'left' }, { text: 'right' }],
  rows: [
    { label: { text: 'above' }, cells: [RED, BLUE] },
    { label: { text: 'below' }, cells: [BLUE, RED] },
  ],
  cellWidth: WIDTH,
  cellHeight: HEIGHT,
};

async function draw(changes: Partial<Figure> = {}): Promise<Page> {
  const png = sharp(await figurePng({ ...figure, ...changes }));
  const { data, info } = await png.raw().toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return { width: info.width, height: info.height, data };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The smallest box around the pixels for which a test holds. */
function boxOf({ width, data }: Page, holds: (at: number) => boolean): Box | null {
  let box: Box | null = null;
  for (let pixel = 0; pixel < data.length / 3; pixel++) {
    if (!holds(3 * pixel)) continue;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const { left, top, right, bottom }: Box = box ?? { left: x, top: y, right: x, bottom: y };
    box = {
      left: Math.min(left, x),
      top: Math.min(top, y),
      right: Math.max(right, x),
      bottom: Math.max(bottom, y),
    };
  }
  return box;
}

function isOf({ data }: Page, color: readonly number[]): (at: number) => boolean {
  return (at) => color.every((value, i) => data[at + i] === value);
}

function changed(before: Page, after: Page): Box | null {
  expect([after.width, after.height]).toEqual([before.width, before.height]);
  return boxOf(after, (at) => [0, 1, 2].some((i) => after.data[at + i] !== before.data[at + i]));
}

test('the drawings stand in their places, whole, on white', async () => {
  const page = await draw();
  const red = boxOf(page, isOf(page, [255, 0, 0]));
  const blue = boxOf(page, isOf(page, [0, 0, 255]));
  // Red above left and below right, blue the other way round: both fill the same box.
  expect(red).toEqual(blue);
  const count = (color: readonly number[]): number => {
    const holds = isOf(page, color);
    return Array.from({ length: page.width * page.height }, (_, i) => i).filter((i) => holds(3 * i)).length;
  };
  expect(count([255, 0, 0])).toBe(2 * WIDTH * HEIGHT);
  expect(count([0, 0, 255])).toBe(2 * WIDTH * HEIGHT);
  expect([...page.data.subarray(0, 3)]).toEqual([255, 255, 255]);
});

describe('a caption changes pixels in its place and nowhere else', () => {
  test.each<[string, Partial<Figure>, (box: Box, drawings: Box) => void]>([
    [
      'title',
      { title: { text: 'Other' } },
      (box, drawings) => {
        expect(box.bottom).toBeLessThan(drawings.top);
        expect(box.left).toBeLessThan(drawings.left);
      },
    ],
    [
      'heading of the second column',
      { columns: [{ text: 'left' }, { text: 'riqht' }] },
      (box, drawings) => {
        expect(box.bottom).toBeLessThan(drawings.top);
        expect(box.left).toBeGreaterThan(drawings.right - WIDTH);
        expect(box.right).toBeLessThan(drawings.right);
      },
    ],
    [
      'label of the second row',
      {
        rows: [
          { label: { text: 'above' }, cells: [RED, BLUE] },
          { label: { text: 'bolow' }, cells: [BLUE, RED] },
        ],
      },
      (box, drawings) => {
        expect(box.right).toBeLessThan(drawings.left);
        expect(box.top).toBeGreaterThan(drawings.bottom - HEIGHT);
        expect(box.bottom).toBeLessThan(drawings.bottom);
      },
    ],
    [
      'a cell without a drawing',
      {
        rows: [
          { label: { text: 'above' }, cells: [RED, { text: 'none' }] },
          { label: { text: 'below' }, cells: [BLUE, RED] },
        ],
      },
      (box, drawings) => {
        expect(box.left).toBeGreaterThan(drawings.right - WIDTH - 1);
        expect(box.bottom).toBeLessThan(drawings.bottom - HEIGHT);
      },
    ],
  ])('%s', async (_, changes, check) => {
    const before = await draw();
    const box = changed(before, await draw(changes));
    const drawings = boxOf(before, isOf(before, [255, 0, 0]));
    if (!box || !drawings) throw new Error('nothing changed');
    check(box, drawings);
  });
});

test('a long label is broken into lines that do not reach the next row', async () => {
  const long = 'a label of very many words '.repeat(12).trim();
  const page = await draw({
    rows: [
      { label: { text: long }, cells: [RED, RED] },
      { label: null, cells: [BLUE, BLUE] },
    ],
  });
  const ink = boxOf(page, isOf(page, [0, 0, 0]));
  const red = boxOf(page, isOf(page, [255, 0, 0]));
  const blue = boxOf(page, isOf(page, [0, 0, 255]));
  if (!ink || !red || !blue) throw new Error('unreachable');
  expect(ink.bottom).toBeGreaterThan(red.bottom);
  expect(ink.bottom).toBeLessThan(blue.top);
});

test('markup in a caption is only text', async () => {
  const page = await draw({ title: { text: '<b>&amp; a<b \u0007' } });
  expect(boxOf(page, isOf(page, [0, 0, 0]))).not.toBeNull();
});
