import { describe, expect, it } from 'vitest';
import {
  cellAt,
  fitInside,
  placeWithin,
  pointWithin,
  stepProbe,
} from '../../../../src/webview/picture/geometry.js';

const PICTURE = { width: 400, height: 200 };

describe('place of the picture', () => {
  it('is as large as fits, in the middle', () => {
    expect(fitInside(PICTURE, { width: 200, height: 200 })).toEqual({ x: 0, y: 50, width: 200, height: 100 });
    expect(fitInside(PICTURE, { width: 1000, height: 200 })).toEqual({
      x: 300,
      y: 0,
      width: 400,
      height: 200,
    });
  });

  it('takes its crop along', () => {
    const place = { x: 10, y: 20, width: 200, height: 100 };
    expect(placeWithin({ x: 100, y: 0, width: 200, height: 200 }, PICTURE, place)).toEqual({
      x: 60,
      y: 20,
      width: 100,
      height: 100,
    });
  });
});

describe('point under the pointer', () => {
  const area = { x: 60, y: 20, width: 100, height: 100 };

  it('is a share of the map, or none outside', () => {
    expect(pointWithin(area, 60, 70)).toEqual({ x: 0, y: 0.5 });
    expect(pointWithin(area, 59, 70)).toBeNull();
    expect(pointWithin(area, 160, 70)).toBeNull();
  });

  it('lies in a cell', () => {
    expect(cellAt({ width: 7, height: 7 }, { x: 0.999, y: 0.5 })).toEqual({ column: 6, row: 3 });
  });
});

describe('probe', () => {
  const map = { width: 4, height: 2 };

  it('begins in the middle of the map, whichever key is pressed', () => {
    expect(stepProbe(map, null, -1, 0)).toEqual({ x: 0.625, y: 0.75 });
  });

  it('moves from middle to middle and stops at the edge', () => {
    expect(stepProbe(map, { x: 0.6, y: 0.6 }, 1, 0)).toEqual({ x: 0.875, y: 0.75 });
    expect(stepProbe(map, { x: 0.6, y: 0.6 }, 5, -5)).toEqual({ x: 0.875, y: 0.25 });
  });
});
