import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RegionShape } from '../../../src/protocol/annotations.js';
import { maskEdges, outlinePath, sidesBeyond } from '../../../src/heatmap/outline.js';

it('a box is outlined where the input lies, whatever its scale along either side', () => {
  const box = { kind: 'box', box: { x: 2, y: 1, width: 4, height: 3 } } as const;
  const marks = { shapes: [box], inputWidth: 10, inputHeight: 5 };
  const path = outlinePath(marks, { x: 100, y: 200, width: 20, height: 50 });
  const points = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => `${x},${y}`);
  expect(new Set(points)).toEqual(new Set(['104,210', '112,210', '112,240', '104,240']));
});

describe('the outline of a mask', () => {
  it('runs between every pixel inside and its neighbours outside', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 20, maxLength: 20 }), (bits) => {
        const at = (x: number, y: number): number => bits[5 * y + x] ?? NaN;
        const naive: string[] = [];
        for (let y = 0; y < 4; y++) {
          for (let x = 0; x < 5; x++) {
            if (x > 0 && at(x, y) !== at(x - 1, y)) naive.push([x, y, x, y + 1].join());
            if (y > 0 && at(x, y) !== at(x, y - 1)) naive.push([x, y, x + 1, y].join());
          }
        }
        const edges = maskEdges({ width: 5, height: 4, inside: Uint8Array.from(bits) });
        expect(edges.map((edge) => edge.join()).sort()).toEqual(naive.sort());
      }),
    );
  });

  it('of one pixel has four sides, and is drawn as boxes are', () => {
    const mask = { width: 3, height: 3, inside: Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0) };
    expect(maskEdges(mask)).toHaveLength(4);
    const place = { x: 100, y: 200, width: 30, height: 60 };
    const sidesOf = (shape: RegionShape): readonly string[] =>
      outlinePath({ shapes: [shape], inputWidth: 3, inputHeight: 3 }, place)
        .split('M')
        .map((side) => side.split('L').sort().join())
        .sort();
    const box = { x: 1, y: 1, width: 1, height: 1 };
    expect(sidesOf({ kind: 'mask', ...mask })).toEqual(sidesOf({ kind: 'box', box }));
  });
});

describe('where a box goes on outside of the picture', () => {
  const input = { inputWidth: 20, inputHeight: 10 };
  const sides = (x: number, y: number, width: number, height: number): readonly (readonly number[])[] =>
    sidesBeyond({ kind: 'box', box: { x, y, width, height } }, input);

  it('is the border between its ends', () => {
    expect(sides(-5, 2, 10, 6)).toEqual([[0, 2, 0, 8]]);
    expect(sides(15, 2, 10, 6)).toEqual([[20, 2, 20, 8]]);
    expect(sides(3, -4, 10, 6)).toEqual([[3, 0, 13, 0]]);
  });

  it('ends in the corner where it leaves there', () => {
    expect(sides(15, 5, 50, 50)).toEqual([
      [20, 5, 20, 10],
      [15, 10, 20, 10],
    ]);
  });

  it('is nowhere for a box inside, even along the border, or wholly outside', () => {
    expect(sides(0, 0, 20, 10)).toEqual([]);
    expect(sides(-9, -9, 5, 5)).toEqual([]);
  });
});
