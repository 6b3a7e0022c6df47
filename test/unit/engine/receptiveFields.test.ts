// What a position depends on is found by changing pixels and looking which positions change.
import * as fc from 'fast-check';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import { receptiveFields } from '../../../src/engine/layers/receptiveFields.js';
import type { Graph, Node, Shapes } from '../../../src/engine/onnx/graph.js';
import { int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { findShapes } from '../../../src/engine/prepare/shapes.js';
import type { ReceptiveField, Span } from '../../../src/protocol/model.js';
import { call } from './calls.js';
import { constant, evaluate, graphOf, node, numbers, values } from './graphs.js';

const [HEIGHT, WIDTH] = [13, 11];
const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/conformance');

type Step = (from: string, to: string, constants: Record<string, Tensor>) => Node;

const list = (value: readonly number[]) => ({ type: 'ints', value }) as const;
/** Positive weights, of positive inputs: no change can cancel another. */
const weights = (dims: readonly number[]): Tensor => constant(numbers(dims, 3, 0.5, 1));

const window = fc.record({
  kernel: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  begin: fc.integer({ min: 0, max: 2 }),
  end: fc.integer({ min: 0, max: 1 }),
});

/** Different ones along both axes. */
const windows = fc.tuple(window, window).map(([y, x]) => ({
  shape: [y.kernel, x.kernel],
  strides: list([y.stride, x.stride]),
  dilations: list([y.dilation, x.dilation]),
  pads: list([y.begin, x.begin, y.end, x.end]),
}));

const convolution: fc.Arbitrary<Step> = windows.map(
  ({ shape, strides, dilations, pads }) =>
    (from, to, constants) => {
      constants[`w ${to}`] = weights([2, 2, ...shape]);
      return node('Conv', [from, `w ${to}`], [to], { strides, dilations, pads });
    },
);

const transposedConvolution: fc.Arbitrary<Step> = windows.map(
  ({ shape, strides, dilations }) =>
    (from, to, constants) => {
      constants[`w ${to}`] = weights([2, 2, ...shape]);
      return node('ConvTranspose', [from, `w ${to}`], [to], { strides, dilations });
    },
);

const pooling: fc.Arbitrary<Step> = windows.map(
  ({ shape, strides }) =>
    (from, to) =>
      node('AveragePool', [from], [to], { kernel_shape: list(shape), strides }),
);

const padding: fc.Arbitrary<Step> = fc
  .constantFrom('constant', 'reflect', 'edge')
  .map((mode) => (from, to, constants) => {
    constants['pads'] = int64Tensor([0, 0, 1, 2, 0, 0, 2, 1]);
    return node('Pad', [from, 'pads'], [to], { mode: { type: 'string', value: mode } });
  });

const cutting: fc.Arbitrary<Step> = fc.constant((from, to, constants) => {
  for (const [name, value] of Object.entries({ start: 1, end: 100, axis: 3 }))
    constants[name] = int64Tensor([value]);
  return node('Slice', [from, 'start', 'end', 'axis'], [to]);
});

const steps = fc.array(fc.oneof(convolution, pooling, transposedConvolution, padding, cutting), {
  minLength: 1,
  maxLength: 4,
});

function chain(made: readonly Step[]): Graph {
  const constants: Record<string, Tensor> = {};
  const nodes = made.map((step, place) => step(place === 0 ? 'x' : `y${place - 1}`, `y${place}`, constants));
  return graphOf([1, 2, HEIGHT, WIDTH], nodes, constants);
}

/** The first and the last row, and column, of the picture whose change changes each row, and column, of the output. */
async function changing(
  graph: Graph,
  output: string,
  height: number,
  width: number,
): Promise<ReceptiveField> {
  const picture = numbers([1, 2, HEIGHT, WIDTH], 7, 0.5, 1);
  const changed = (isIn: (row: number, column: number) => boolean) => ({
    x: values(
      picture.dims,
      picture.data.map((value, at) => {
        const isChanged = isIn(Math.floor(at / WIDTH) % HEIGHT, at % WIDTH);
        return isChanged ? value + 1 : value;
      }),
    ),
  });
  const rows = Array.from({ length: HEIGHT }, (_, row) => changed((y) => y === row));
  const columns = Array.from({ length: WIDTH }, (_, column) => changed((__, x) => x === column));
  const [before = [], ...after] = await evaluate(graph, [{ x: picture }, ...rows, ...columns], output);
  const differs = (run: number, isIn: (at: number) => boolean): boolean =>
    before.some((value, at) => isIn(at) && Math.abs((after[run]?.[at] ?? NaN) - value) > 1e-6 * value);
  const spanOf = (first: number, count: number, isIn: (at: number) => boolean): Span => {
    const found = Array.from({ length: count }, (_, at) => at).filter((at) => differs(first + at, isIn));
    return found.length === 0 ? [0, 0] : [found[0] ?? NaN, (found.at(-1) ?? NaN) + 1];
  };
  return {
    rows: Array.from({ length: height }, (_, row) =>
      spanOf(0, HEIGHT, (at) => Math.floor(at / width) % height === row),
    ),
    columns: Array.from({ length: width }, (_, column) =>
      spanOf(HEIGHT, WIDTH, (at) => at % width === column),
    ),
  };
}

describe('the receptive field of chains of operators', () => {
  test('is all that changes a position, and nothing else', async () => {
    let told = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (made) => {
        const graph = chain(made);
        const tensor = `y${made.length - 1}`;
        const shapes: Shapes = await findShapes(graph, 'test graph', tmpdir()).catch(() => new Map());
        const [, channels = 0, height = 0, width = 0] = shapes.get(tensor) ?? [];
        fc.pre(height > 0 && width > 0);
        const layer = { tensor, layout: 'NCHW', channels, height, width, order: null } as const;
        const field = receptiveFields(graph, { name: 'x', layout: 'NCHW' }, shapes)(layer);
        // A picture that is smaller than what is mirrored is refused.
        const found = await changing(graph, tensor, height, width).catch(() => null);
        fc.pre(found !== null);
        if (field !== null) told++;
        const whole = {
          rows: found.rows.map(() => [0, HEIGHT]),
          columns: found.columns.map(() => [0, WIDTH]),
        };
        expect(field ?? whole).toEqual(found);
      }),
      { numRuns: 60, seed: 4 },
    );
    expect(told).toBeGreaterThan(30);
  });

  test.each(['weights that are computed of it', 'attention', 'an operator that nobody knows'])(
    'is all of the picture behind %s',
    (what) => {
      const constants = { axes: int64Tensor([2, 3]) };
      const pooled = node('ReduceMean', ['x', 'axes'], ['pooled']);
      const ends: Readonly<Record<string, readonly Node[]>> = {
        'weights that are computed of it': [pooled, node('Conv', ['x', 'pooled'], ['y'])],
        attention: [node('MatMul', ['x', 'x'], ['y'])],
        'an operator that nobody knows': [node('Nobody', ['x'], ['y'])],
      };
      const shapes = new Map([
        ['x', [1, 1, 3, 3]],
        ['pooled', [1, 1, 1, 1]],
        ['y', [1, 1, 3, 3]],
      ]);
      const graph = graphOf([1, 1, 3, 3], ends[what] ?? [], constants);
      const fieldOf = receptiveFields(graph, { name: 'x', layout: 'NCHW' }, shapes);
      const layer = { layout: 'NCHW', channels: 1, height: 3, width: 3, order: null } as const;
      expect([fieldOf({ ...layer, tensor: 'x' }), fieldOf({ ...layer, tensor: 'y' })]).toEqual([
        { rows: [0, 1, 2].map((at) => [at, at + 1]), columns: [0, 1, 2].map((at) => [at, at + 1]) },
        null,
      ]);
    },
  );
});

const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-fields-'));
const engine = new Engine({ cacheFolder, log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(cacheFolder, { recursive: true });
});

/** Of every kind of architecture one: residual, branches, channels last, windows, tokens, gates, interpolation. */
const MODELS = [
  ...['resnet18', 'densenet121', 'googlenet', 'inception_v3', 'shufflenet_v2', 'mobilenet_v2'],
  ...['convnext', 'keras_convnext', 'swin', 'vit', 'hrnet_small', 'mobilevit_xxs', 'fastvit'],
];
const MOST_LAYERS = 6;

describe('the receptive field of a layer of a network', () => {
  test.each(MODELS)('%s: pixels outside of it change nothing, some inside of it do', async (name) => {
    const file = readdirSync(FIXTURES).findLast(
      (each) => each.startsWith(`${name}.`) && each.endsWith('.onnx'),
    );
    const open = { model: path.join(FIXTURES, file ?? name), settings: {} };
    const info = await engine.open(open, call());
    const { shape } = info.input;
    const { inputHeight, inputWidth, layout } = info.preprocessing;
    const layers = info.layers.filter(({ field, blockedBy }) => field !== undefined && blockedBy === null);
    expect(layers.length).toBeGreaterThan(0);
    const picture = Float32Array.from(numbers(shape, 5).data);
    const other = numbers(shape, 6).data;
    const activations = async (input: Float32Array<ArrayBuffer>, tensor: string, channels: number) => {
      const source = { kind: 'array', path: path.join(cacheFolder, 'x.npy') } as const;
      writeFileSync(source.path, formatNpy({ shape, values: input }));
      const method = 'relevance-cam';
      const asked = { ...open, method, source, target: 0, layers: [tensor], top: channels } as const;
      const [layer] = (await engine.explain(asked, call())).layers;
      return new Map(layer?.top.map(({ channel, activation }) => [channel, activation]));
    };
    const every = Math.ceil(layers.length / MOST_LAYERS);
    for (const { tensor, channels, height, width, field } of layers.filter((_, i) => i % every === 0)) {
      const [row, column] = [height >> 1, Math.floor(width / 3)];
      const [top = 0, bottom = 0] = field?.rows[row] ?? [];
      const [left = 0, right = 0] = field?.columns[column] ?? [];
      const isInside = (at: number): boolean => {
        const pixel = layout === 'NCHW' ? at : Math.floor(at / 3);
        const [y, x] = [Math.floor(pixel / inputWidth) % inputHeight, pixel % inputWidth];
        return y >= top && y < bottom && x >= left && x < right;
      };
      const before = await activations(picture, tensor, channels);
      const outside = await activations(
        picture.map((value, at) => (isInside(at) ? value : (other[at] ?? 0))),
        tensor,
        channels,
      );
      const inside = await activations(
        picture.map((value, at) => (isInside(at) ? (other[at] ?? 0) : value)),
        tensor,
        channels,
      );
      const position = row * width + column;
      const changeOf = (after: ReadonlyMap<number, Float32Array>): number =>
        Math.max(
          ...Array.from(before, ([channel, values_]) =>
            Math.abs((values_[position] ?? NaN) - (after.get(channel)?.[position] ?? NaN)),
          ),
        );
      const size = Math.max(...Array.from(before.values(), (each) => Math.abs(each[position] ?? NaN)));
      expect(changeOf(outside), tensor).toBeLessThanOrEqual(1e-5 * size);
      if (size > 0) expect(changeOf(inside), tensor).toBeGreaterThan(1e-4 * size);
    }
  });
});
