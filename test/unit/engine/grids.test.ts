// Positions are followed through movement: a picture's rows and columns are found again in whatever order they lie.
import * as fc from 'fast-check';
import { tmpdir } from 'node:os';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import { findGrids } from '../../../src/engine/layers/findGrids.js';
import { asRows, type Grid } from '../../../src/engine/layers/grid.js';
import { GraphBuilder, type Value } from '../../../src/engine/onnx/builder.js';
import { extend } from '../../../src/engine/onnx/extend.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { findShapes } from '../../../src/engine/prepare/shapes.js';
import { floats } from '../../../src/engine/runtime/fetched.js';
import { createSession } from '../../../src/engine/runtime/session.js';
import { constant, graphOf, node, numbers } from './graphs.js';

const [SIZE, CHANNELS] = [8, 3];

/** Nodes one behind the other, and the constants they need. */
class Chain {
  readonly nodes: Node[] = [];
  readonly constants: Record<string, Tensor> = {};
  last = 'x';

  #add(op: string, inputs: readonly string[], attributes: Parameters<typeof node>[3] = {}): string {
    const name = `${op}-${this.nodes.length}`;
    this.nodes.push(node(op, inputs, [name], attributes));
    return name;
  }

  #ints(values: readonly number[]): string {
    const name = values.join('_') || 'none';
    this.constants[name] = int64Tensor(values);
    return name;
  }

  reshape(shape: readonly number[]): this {
    this.last = this.#add('Reshape', [this.last, this.#ints(shape)]);
    return this;
  }

  transpose(perm: readonly number[]): this {
    this.last = this.#add('Transpose', [this.last], { perm: { type: 'ints', value: perm } });
    return this;
  }

  slice(axis: number, start: number, end: number, step = 1, from = this.last): string {
    return this.#add('Slice', [from, ...[start, end, axis, step].map((value) => this.#ints([value]))]);
  }

  concat(parts: readonly string[], axis: number): this {
    this.last = this.#add('Concat', parts, { axis: { type: 'int', value: axis } });
    return this;
  }

  roll(axis: number, by: number): this {
    return this.concat([this.slice(axis, by, SIZE), this.slice(axis, 0, by)], axis);
  }

  gather(axis: number, indices: readonly number[]): this {
    this.last = this.#add('Gather', [this.last, this.#ints(indices)], { axis: { type: 'int', value: axis } });
    return this;
  }

  linear(from: number, to: number): this {
    const name = `w${this.nodes.length}`;
    this.constants[name] = constant(numbers([from, to], this.nodes.length));
    this.last = this.#add('MatMul', [this.last, name]);
    return this;
  }

  /** A convolution that keeps the number of rows and columns. */
  convolution(): this {
    const name = `w${this.nodes.length}`;
    this.constants[name] = constant(numbers([CHANNELS, CHANNELS, 3, 3], this.nodes.length));
    this.last = this.#add('Conv', [this.last, name], { pads: { type: 'ints', value: [1, 1, 1, 1] } });
    return this;
  }

  /** What pools a window of the last but one axis. */
  pool(axis: number): this {
    this.last = this.#add('ReduceMax', [this.last, this.#ints([axis])], {
      keepdims: { type: 'int', value: 0 },
    });
    return this;
  }

  graph(): Graph {
    return graphOf([1, CHANNELS, SIZE, SIZE], this.nodes, this.constants);
  }
}

async function gridsOf(graph: Graph): Promise<ReadonlyMap<string, Grid>> {
  const shapes = await findShapes(graph, 'test graph', tmpdir());
  return findGrids(graph, { name: 'x', layout: 'NCHW' }, shapes).grids;
}

/** The values of a layer as its map would be drawn: channels × rows × columns. */
async function drawn(graph: Graph, tensor: Value, grid: Grid, picture: Float32Array): Promise<Float32Array> {
  const builder = new GraphBuilder('drawn/');
  const rows = asRows(builder, tensor, grid);
  builder.output(rows, DataType.FLOAT);
  const session = await createSession(extend(graph, builder, graph.inputs), 'test graph');
  try {
    const results = await session.run({ x: new ort.Tensor('float32', picture, [1, CHANNELS, SIZE, SIZE]) });
    return floats(results, rows);
  } finally {
    await session.dispose();
  }
}

const PICTURE = Float32Array.from({ length: CHANNELS * SIZE * SIZE }, (_, index) => index);

/** Channels last, cut into windows of 4 × 4. */
const windows = (chain: Chain): Chain =>
  chain.reshape([1, 2, 4, 2, 4, CHANNELS]).transpose([0, 1, 3, 2, 4, 5]).reshape([4, 16, CHANNELS]);

const MOVEMENTS: Readonly<Record<string, (chain: Chain) => Chain>> = {
  windows: (chain) => windows(chain.transpose([0, 2, 3, 1])),
  'shifted windows': (chain) => windows(chain.transpose([0, 2, 3, 1]).roll(1, 2).roll(2, 2)),
  'windows, channels first': (chain) =>
    chain.reshape([CHANNELS, 2, 4, 2, 4]).transpose([1, 3, 0, 2, 4]).reshape([4, CHANNELS, 4, 4]),
  'a grid of distant pixels': (chain) =>
    chain.reshape([1, CHANNELS, 4, 2, 4, 2]).transpose([0, 3, 5, 2, 4, 1]).reshape([4, 16, CHANNELS]),
  'blocks of blocks': (chain) =>
    chain
      .reshape([1, CHANNELS, 2, 2, 2, 2, 2, 2])
      .transpose([0, 3, 6, 4, 7, 2, 5, 1])
      .reshape([1, 64, CHANNELS]),
  'tokens in an order of their own': (chain) =>
    chain
      .reshape([1, CHANNELS, 64])
      .transpose([0, 2, 1])
      .gather(
        1,
        Array.from({ length: 64 }, (_, index) => (index * 37) % 64),
      ),
};

test.each(Object.entries(MOVEMENTS))('%s are drawn row by row', async (_, move) => {
  const chain = move(new Chain());
  const graph = chain.graph();
  const grid = (await gridsOf(graph)).get(chain.last);
  expect(grid).toMatchObject({ channels: CHANNELS, height: SIZE, width: SIZE });
  if (grid !== undefined) expect(await drawn(graph, chain.last, grid, PICTURE)).toEqual(PICTURE);
});

/** 2 × 2 pixels in the channels: four times as many. */
const MERGES: Readonly<Record<string, (chain: Chain) => Chain>> = {
  'by reshaping': (chain) =>
    chain
      .transpose([0, 2, 3, 1])
      .reshape([1, 4, 2, 4, 2, CHANNELS])
      .transpose([0, 1, 3, 4, 2, 5])
      .reshape([1, 4, 4, 4 * CHANNELS]),
  'by slices': (chain) => {
    chain.transpose([0, 2, 3, 1]);
    const of = (row: number, column: number): string =>
      chain.slice(2, column, SIZE, 2, chain.slice(1, row, SIZE, 2));
    return chain.concat([of(0, 0), of(1, 0), of(0, 1), of(1, 1)], 3);
  },
};

test.each(Object.entries(MERGES))('merging %s leaves a picture of half the size', async (_, merge) => {
  const chain = merge(new Chain());
  const merged = chain.last;
  chain.linear(4 * CHANNELS, 5);
  const grids = await gridsOf(chain.graph());
  const half = { height: 4, width: 4, layout: 'NHWC', order: null };
  expect(grids.get(merged)).toEqual({ ...half, channels: 4 * CHANNELS });
  expect(grids.get(chain.last)).toEqual({ ...half, channels: 5 });
});

test('pooling over units leaves the order of the units', async () => {
  const chain = new Chain()
    .reshape([1, CHANNELS, 2, 2, 2, 2, 2, 2])
    .transpose([0, 4, 7, 3, 6, 2, 5, 1])
    .reshape([1, 4, 16, CHANNELS])
    .pool(1);
  const graph = chain.graph();
  const grid = (await gridsOf(graph)).get(chain.last);
  expect(grid).toMatchObject({ channels: CHANNELS, height: 4, width: 4 });
  if (grid === undefined) return;
  const most = Float32Array.from({ length: CHANNELS * 16 }, (_, index) => {
    const [channel, row, column] = [Math.floor(index / 16), Math.floor(index / 4) % 4, index % 4];
    return PICTURE[channel * 64 + (2 * row + 1) * SIZE + 2 * column + 1] ?? NaN;
  });
  expect(await drawn(graph, chain.last, grid, PICTURE)).toEqual(most);
});

test('what is computed of a part cut out of the picture has that part for its picture', async () => {
  const chain = new Chain();
  chain.last = chain.slice(3, 2, 6, 1, chain.slice(2, 2, 6));
  const convolved = chain.convolution().last;
  const grids = await gridsOf(chain.convolution().graph());
  const cutOut = { layout: 'NCHW', channels: CHANNELS, height: 4, width: 4, order: null };
  expect([grids.get(convolved), grids.get(chain.last)]).toEqual([cutOut, cutOut]);
});

describe('no layer is', () => {
  test('what holds a part of the picture', async () => {
    const chain = new Chain();
    const half = chain.slice(2, 0, 4);
    expect((await gridsOf(chain.graph())).has(half)).toBe(false);
  });

  test('what is asked to hold more elements than there are', () => {
    const nodes = [node('Reshape', ['x', 'shape'], ['y'])];
    const graph = graphOf([1, CHANNELS, SIZE, SIZE], nodes, { shape: int64Tensor([1, CHANNELS, 65]) });
    const shapes = new Map([
      ['x', [1, CHANNELS, SIZE, SIZE]],
      ['y', [1, CHANNELS, 65]],
    ]);
    expect(findGrids(graph, { name: 'x', layout: 'NCHW' }, shapes).grids).toEqual(new Map());
  });

  test('what mixes all positions', async () => {
    const chain = new Chain().reshape([1, CHANNELS, 64]).linear(64, 64).transpose([0, 2, 1]);
    expect((await gridsOf(chain.graph())).has(chain.last)).toBe(false);
  });

  test('the weights of attention with one head', async () => {
    const chain = new Chain().reshape([1, 1, CHANNELS, 64]);
    const keys = chain.last;
    const queries = chain.transpose([0, 1, 3, 2]).last;
    chain.nodes.push(node('MatMul', [queries, keys], ['scores']), node('Softmax', ['scores'], ['weights']));
    chain.nodes.push(node('MatMul', ['weights', queries], ['attended']));
    const grids = await gridsOf(chain.graph());
    expect([...grids.keys()].filter((name) => ['scores', 'weights'].includes(name))).toEqual([]);
    expect(grids.get('attended')).toMatchObject({ height: SIZE, width: SIZE, channels: CHANNELS });
  });
});

test('any permutation of positions is undone', async () => {
  const permutation = fc.shuffledSubarray(
    Array.from({ length: 64 }, (_, index) => index),
    { minLength: 64, maxLength: 64 },
  );
  await fc.assert(
    fc.asyncProperty(permutation, async (order) => {
      const chain = new Chain().reshape([1, CHANNELS, 64]).transpose([0, 2, 1]).gather(1, order);
      const graph = chain.graph();
      const grid = (await gridsOf(graph)).get(chain.last);
      expect(grid).toBeDefined();
      if (grid !== undefined) expect(await drawn(graph, chain.last, grid, PICTURE)).toEqual(PICTURE);
    }),
    { numRuns: 10 },
  );
});
