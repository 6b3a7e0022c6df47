import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';

import { findGrids } from '../../../src/engine/layers/findGrids.js';
import { int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { findShapes } from '../../../src/engine/prepare/shapes.js';
import { constant, graphOf, node, numbers } from './graphs.js';

const axis = { axis: { type: 'int', value: 1 } } as const;

test('tokens are a grid with and without the class token, and where they were cut and joined, and not of a part of the picture', async () => {
  const nodes = [
    node('Conv', ['x', 'patches'], ['picture'], { strides: { type: 'ints', value: [2, 4] } }),
    node('Reshape', ['picture', 'flat'], ['rows']),
    node('Transpose', ['rows'], ['grid'], { perm: { type: 'ints', value: [0, 2, 1] } }),
    node('Concat', ['class', 'grid'], ['tokens'], axis),
    node('Slice', ['tokens', 'one', 'end', 'one'], ['without']),
    node('Slice', ['tokens', 'five', 'end', 'one'], ['cut']),
    node('Slice', ['tokens', 'zero', 'five', 'one'], ['head']),
    node('Concat', ['head', 'cut'], ['again'], axis),
  ];
  const graph = graphOf([1, 3, 8, 8], nodes, {
    patches: constant(numbers([5, 3, 2, 4], 1)),
    flat: int64Tensor([1, 5, -1]),
    class: constant(numbers([1, 1, 5], 2)),
    zero: int64Tensor([0]),
    one: int64Tensor([1]),
    five: int64Tensor([5]),
    end: int64Tensor([Number.MAX_SAFE_INTEGER]),
  });
  const { grids } = findGrids(
    graph,
    { name: 'x', layout: 'NCHW' },
    await findShapes(graph, 'test graph', tmpdir()),
  );
  const grid = { layout: 'tokens', channels: 5, height: 4, width: 2 } as const;
  expect(Object.fromEntries(grids)).toEqual({
    picture: { ...grid, layout: 'NCHW', order: null },
    grid: { ...grid, order: null },
    tokens: { ...grid, order: [1, 2, 3, 4, 5, 6, 7, 8] },
    without: { ...grid, order: null },
    again: { ...grid, order: [1, 2, 3, 4, 5, 6, 7, 8] },
  });
});
