import { expect, it } from 'vitest';

import {
  placeBeside,
  type Direction,
  type LargeItem,
} from '../../../../../src/webview/views/shared/largeGrid.js';

const MAP: LargeItem = {
  title: '',
  row: '',
  column: '',
  grid: { width: 1, height: 1, values: Float32Array.of(1) },
  scale: [0, 1],
  keptAbove: null,
  explain: null,
};

it.each<[Direction, { row: number; column: number } | null]>([
  ['ArrowRight', { row: 0, column: 3 }],
  ['ArrowLeft', null],
  ['ArrowDown', { row: 2, column: 0 }],
  ['ArrowUp', null],
])('from a map %s leads to the next that there is', (direction, to) => {
  const grid = [
    [MAP, null, null, MAP],
    [null, MAP, MAP, MAP],
    [MAP, null, null, null],
  ];
  expect(placeBeside(grid, { row: 0, column: 0 }, direction)).toEqual(to);
});

it('behind the last map there is nothing', () => {
  expect(placeBeside([[MAP, null]], { row: 0, column: 0 }, 'ArrowRight')).toBeNull();
});
