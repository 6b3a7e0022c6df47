import fc from 'fast-check';
import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../../src/webview/figure/figure.js';
import { layOut } from '../../../../src/webview/figure/layOut.js';
import { svgOf } from '../../../../src/webview/figure/svg.js';
import { ellipsise, wrap } from '../../../../src/webview/figure/text.js';

/** Every letter is as wide as any other. */
const measure = (text: string): number => 7 * text.length;
const cell = { captions: ['own scale'], draw: () => undefined };
const FIGURE: Figure = {
  title: 'zebra.png: zebra, 52 %',
  subtitle: 'resnet50.onnx',
  input: null,
  bars: [],
  columns: ['layer1', 'layer2', 'a heading that is longer than its column'],
  rows: [
    { label: 'Grad-CAM', cells: [cell, null, cell] },
    { label: 'Relevance-CAM', cells: [cell, cell, { ...cell, captions: ['one', 'two'] }] },
  ],
  cellWidth: 120,
  cellHeight: 80,
};

/** With the input picture and two colour bars below its title. */
const HEADED: Figure = {
  ...FIGURE,
  input: { ratio: 1.5, draw: () => undefined },
  bars: [
    { colorMap: 'viridis', scale: [0, 1], note: 'lowest to highest value of each map' },
    { colorMap: 'seismic', scale: [-0.25, 0.25], note: 'Relevance' },
  ],
};

describe('a figure', () => {
  const layout = layOut(FIGURE, measure);

  it('has a place for every cell, and none for those that are empty', () => {
    const steps = (values: readonly number[]): number[] => [...new Set(values)].toSorted((a, b) => a - b);
    const columns = steps(layout.drawings.map(({ x }) => x));
    const rows = steps(layout.drawings.map(({ y }) => y));
    expect(layout.drawings.map(({ x, y }) => [rows.indexOf(y), columns.indexOf(x)])).toEqual([
      [0, 0],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
  });

  it.each([
    ['without', layout],
    ['with', layOut(HEADED, measure)],
  ])('keeps everything %s a head within its edges and apart from everything else', (_, laidOut) => {
    const boxes = [
      ...laidOut.drawings.map(({ x, y, width, height }) => ({ x, y, width, height })),
      ...laidOut.texts.map(({ text, x, y, align }) => {
        const width = measure(text);
        const left = { left: x, center: x - width / 2, right: x - width }[align];
        return { x: left, y: y - 10, width, height: 13 };
      }),
    ];
    for (const [index, a] of boxes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.y).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(laidOut.width);
      expect(a.y + a.height).toBeLessThanOrEqual(laidOut.height);
      for (const b of boxes.slice(index + 1)) {
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${JSON.stringify(a)} ${JSON.stringify(b)}`).toBe(true);
      }
    }
  });
});

describe('what a figure says of its maps', () => {
  const { texts, drawings } = layOut(HEADED, measure);

  it('is the input picture and a bar for each scale, with its ends', () => {
    const cells = HEADED.rows.flatMap((row) => row.cells).filter((one) => one !== null);
    expect(drawings).toHaveLength(cells.length + 3);
    expect(drawings[0]).toMatchObject({ width: 144, height: 96 });
    const said = texts.map(({ text }) => text);
    for (const text of ['Relevance', '0', '1', '−0.25', '0.25']) expect(said).toContain(text);
  });

  it('stands in an SVG with embedded pictures and with texts as texts', async () => {
    const layout = layOut({ ...HEADED, title: 'a < b & "c"\u0007' }, measure);
    const svg = await svgOf(layout, () => Promise.resolve(Uint8Array.of(137, 80, 78, 71)));
    const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
    const root = document.documentElement;
    expect(root?.getAttribute('viewBox')).toBe(`0 0 ${layout.width} ${layout.height}`);
    const written = Array.from(document.getElementsByTagName('text'), ({ textContent }) => textContent);
    expect(written).toEqual(layout.texts.map(({ text }) => text.replace('\u0007', ' ')));
    const images = Array.from(document.getElementsByTagName('image'));
    expect(images).toHaveLength(layout.drawings.length);
    for (const image of images) expect(image.getAttribute('href')).toBe('data:image/png;base64,iVBORw==');
    expect(svg).not.toMatch(/(href=|url\()(?!"data:)/);
  });
});

describe('its texts', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'Ж', '층', '👩‍🔬', ' ', '/'), maxLength: 60 });

  it('fit, in no more lines than are given, with all their words or an ellipsis', () => {
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 20, max: 300 }),
        fc.integer({ min: 1, max: 4 }),
        (said, width, most) => {
          const lines = wrap(said, width, most, 'caption', measure);
          expect(lines.length).toBeLessThanOrEqual(most);
          for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(width);
          const bare = (words: string): string => words.replaceAll(' ', '');
          if (!lines.some((line) => line.endsWith('…'))) expect(bare(lines.join(''))).toBe(bare(said));
        },
      ),
    );
  });

  it('break between words and path segments', () => {
    expect(wrap('features/denseblock3 of the model', 100, 3, 'heading', measure)).toEqual([
      'features/',
      'denseblock3 of',
      'the model',
    ]);
  });

  it('never end within a letter', () => {
    expect(ellipsise('ab👩‍🔬cd', 7 * 6, 'caption', measure)).toBe('ab…');
  });
});
