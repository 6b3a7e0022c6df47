import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../../src/webview/figure/figure.js';
import { layOut } from '../../../../src/webview/figure/layOut.js';
import { ellipsise, wrap } from '../../../../src/webview/figure/text.js';

/** Every letter is as wide as any other. */
const measure = (text: string): number => 7 * text.length;
const cell = { captions: ['own scale'], draw: () => undefined };
const FIGURE: Figure = {
  title: 'zebra.png: zebra, 52 %',
  subtitle: 'resnet50.onnx',
  columns: ['layer1', 'layer2', 'a heading that is longer than its column'],
  rows: [
    { label: 'Grad-CAM', cells: [cell, null, cell] },
    { label: 'Relevance-CAM', cells: [cell, cell, { ...cell, captions: ['one', 'two'] }] },
  ],
  cellWidth: 120,
  cellHeight: 80,
};

describe('a figure', () => {
  const layout = layOut(FIGURE, measure);

  it('has a place for every cell, and none for those that are empty', () => {
    const steps = (values: readonly number[]): number[] => [...new Set(values)].toSorted((a, b) => a - b);
    const columns = steps(layout.cells.map(({ x }) => x));
    const rows = steps(layout.cells.map(({ y }) => y));
    expect(layout.cells.map(({ x, y }) => [rows.indexOf(y), columns.indexOf(x)])).toEqual([
      [0, 0],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
  });

  it('keeps everything within its edges and apart from everything else', () => {
    const boxes = [
      ...layout.cells.map(({ x, y }) => ({ x, y, width: FIGURE.cellWidth, height: FIGURE.cellHeight })),
      ...layout.texts.map(({ text, x, y, align }) => {
        const width = measure(text);
        return { x: align === 'center' ? x - width / 2 : x, y: y - 10, width, height: 13 };
      }),
    ];
    for (const [index, a] of boxes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.y).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(layout.width);
      expect(a.y + a.height).toBeLessThanOrEqual(layout.height);
      for (const b of boxes.slice(index + 1)) {
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${JSON.stringify(a)} ${JSON.stringify(b)}`).toBe(true);
      }
    }
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
