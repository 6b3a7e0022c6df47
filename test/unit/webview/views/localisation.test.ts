import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Region } from '../../../../src/protocol/annotations.js';
import { intersectionOverUnion, regionsFor } from '../../../../src/heatmap/iou.js';
import { maskOf, shareKept } from '../../../../src/heatmap/mask.js';
import { partsFor } from '../../../../src/webview/views/localisation/choice.js';
import { maskEdges, sidesBeyond } from '../../../../src/webview/views/localisation/drawLocalised.js';
import { localise } from '../../../../src/webview/views/localisation/localise.js';

const BOX = { kind: 'box', box: { x: 0, y: 0, width: 1, height: 1 } } as const;

function region(name: string, target: number | null): Region {
  return { file: 'x.xml', name, target, shape: BOX };
}

describe('the regions that count for a class', () => {
  const cat = region('cat', 1);
  const cup = region('cup', 2);
  const thing = region('thing', null);

  it('are its own', () => {
    expect(regionsFor([cat, cup, cat, thing], 1)).toEqual([cat, cat]);
  });

  it('are those that no class of the model is known for, where it has none of its own', () => {
    expect(regionsFor([cat, thing], 2)).toEqual([thing]);
  });

  it('are none where all are other classes’', () => {
    expect(regionsFor([cat], 2)).toEqual([]);
  });
});

describe('what a map keeps', () => {
  const input = { inputWidth: 6, inputHeight: 4 };
  const map = { width: 3, height: 2, values: Float32Array.of(0, 5, 1, 2, 9, 0) };
  const mask = maskOf(map, 6, 4, 0.5);

  it('is measured at the size of the model’s input', () => {
    const marked = Uint8Array.from({ length: 24 }, (_, pixel) => (pixel % 6 > 2 ? 1 : 0));
    const found = localise(map, 0.5, input, marked);
    expect(found.share).toBe(shareKept(mask));
    expect(found.iou).toBe(intersectionOverUnion(mask, marked));
  });

  it('has no IoU where nothing is marked', () => {
    expect(localise(map, 0.5, input, null).iou).toBeNull();
  });
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

  it('of one pixel has four sides', () => {
    const inside = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0);
    expect(maskEdges({ width: 3, height: 3, inside })).toHaveLength(4);
  });
});

describe('where a box goes on outside of the picture', () => {
  const input = { inputWidth: 20, inputHeight: 10 };
  const sides = (x: number, y: number, width: number, height: number): readonly (readonly number[])[] =>
    sidesBeyond({ shape: { kind: 'box', box: { x, y, width, height } } }, input);

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

it('methods that take a pass a channel are asked for last', () => {
  const parts = partsFor(['score-cam', 'lrp', 'cam'], 7, 'a');
  expect(parts.map(({ methods }) => methods)).toEqual([['lrp', 'cam'], ['score-cam']]);
  expect(parts.every(({ targets, layers }) => targets[0] === 7 && layers[0] === 'a')).toBe(true);
});
