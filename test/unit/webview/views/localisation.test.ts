import { describe, expect, it } from 'vitest';

import type { Region } from '../../../../src/protocol/annotations.js';
import { intersectionOverUnion, regionsFor } from '../../../../src/heatmap/iou.js';
import { maskOf, shareKept } from '../../../../src/heatmap/mask.js';
import { partsFor } from '../../../../src/webview/views/localisation/choice.js';
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

it('methods that take a pass a channel are asked for last', () => {
  const parts = partsFor(['score-cam', 'lrp', 'cam'], 7, 'a');
  expect(parts.map(({ methods }) => methods)).toEqual([['lrp', 'cam'], ['score-cam']]);
  expect(parts.every(({ targets, layers }) => targets[0] === 7 && layers[0] === 'a')).toBe(true);
});
