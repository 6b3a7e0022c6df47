import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import { compile, TOP } from '../../../src/engine/compile/explanationGraph.js';
import { HIGH, LOW } from '../../../src/engine/compile/pixelRange.js';
import type { FeatureMap } from '../../../src/engine/layers/grid.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import type { Tensor } from '../../../src/engine/onnx/tensor.js';
import { createSession } from '../../../src/engine/runtime/session.js';
import { analysed, constant, graphOf, node, numbers, type Values } from './graphs.js';

type Block = 'plain' | 'residual' | 'projected' | 'branches' | 'pool' | 'average';

const network = fc.record({
  blocks: fc.array(fc.constantFrom<Block>('plain', 'residual', 'projected', 'branches', 'pool', 'average'), {
    minLength: 1,
    maxLength: 5,
  }),
  seed: fc.nat(10_000),
});

const CHANNELS = 6;

/**
 * Weights [M, C, k, k] with which every output has some positive part, so that no relevance is dropped: the first
 * channel is fed by positive weights alone, and feeds every other through a positive one at the kernel's centre.
 */
function alive({ dims, data }: Values, as: readonly number[] = dims): Values {
  const [, c = 1, k = 1] = dims;
  const perOutput = c * k * k;
  const centre = Math.floor((k * k) / 2);
  const result = data.map((weight, index) =>
    index < perOutput || index % perOutput === centre ? Math.abs(weight) + 0.1 : weight,
  );
  return { dims: as, data: result };
}

/** A random Relu network on a 3 × 12 × 12 input, and the tensor after each block: each a complete cut. */
function build({ blocks, seed }: { readonly blocks: readonly Block[]; readonly seed: number }): {
  readonly graph: Graph;
  readonly cuts: readonly string[];
} {
  const nodes: Node[] = [];
  const constants: Record<string, Tensor> = {};
  const cuts: string[] = [];
  const conv = (x: string, inChannels: number, kernel: number, out: string): string => {
    constants[`${out}.w`] = constant(
      alive(numbers([CHANNELS, inChannels, kernel, kernel], seed + nodes.length)),
    );
    const pads = new Array<number>(4).fill((kernel - 1) / 2);
    nodes.push(node('Conv', [x, `${out}.w`], [out], { pads: { type: 'ints', value: pads } }));
    return out;
  };
  const relu = (x: string): string => {
    nodes.push(node('Relu', [x], [`${x}.relu`]));
    return `${x}.relu`;
  };
  const two = { type: 'ints', value: [2, 2] } as const;
  let x = relu(conv('x', 3, 3, 'stem'));
  let size = 12;
  blocks.forEach((block, index) => {
    const name = `block${index}`;
    if (block === 'pool' || block === 'average') {
      if (size < 4) return;
      size /= 2;
      nodes.push(
        node(block === 'pool' ? 'MaxPool' : 'AveragePool', [x], [name], { kernel_shape: two, strides: two }),
      );
      x = name;
    } else if (block === 'branches') {
      const halves = [relu(conv(x, CHANNELS, 1, `${name}.a`)), relu(conv(x, CHANNELS, 3, `${name}.b`))];
      nodes.push(node('Concat', halves, [`${name}.both`], { axis: { type: 'int', value: 1 } }));
      x = relu(conv(`${name}.both`, 2 * CHANNELS, 1, name));
    } else {
      const inner = conv(relu(conv(x, CHANNELS, 3, `${name}.1`)), CHANNELS, 3, `${name}.2`);
      const skip = block === 'projected' ? conv(x, CHANNELS, 1, `${name}.skip`) : x;
      if (block === 'plain') x = relu(inner);
      else {
        nodes.push(node('Add', [inner, skip], [`${name}.sum`]));
        x = relu(`${name}.sum`);
      }
    }
    cuts.push(x);
  });
  constants['fc.w'] = constant(alive(numbers([4, CHANNELS, 1, 1], seed + 999), [4, CHANNELS]));
  nodes.push(node('GlobalAveragePool', [x], ['pooled']), node('Flatten', ['pooled'], ['flat']));
  nodes.push(node('Gemm', ['flat', 'fc.w'], ['logits'], { transB: { type: 'int', value: 1 } }));
  return { graph: graphOf([1, 3, 12, 12], nodes, constants), cuts };
}

const PIXELS: FeatureMap = { tensor: 'x', layout: 'NCHW', channels: 3, height: 12, width: 12, order: null };

/** Maps of all cuts and of the pixels, and the logit of the class. Pixels are between 0 and 1. */
async function explain(graph: Graph, cuts: readonly string[], method: 'lrp' | 'clrp', seed: number) {
  const analysis = await analysed(graph);
  const layers = cuts.map((tensor): FeatureMap => {
    const [, channels = 0, height = 0, width = 0] = analysis.shape(tensor);
    return { tensor, layout: 'NCHW', channels, height, width, order: null };
  });
  const [, classCount = 0] = analysis.shape('logits');
  const subject = {
    ...{ analysis, output: 'logits', rows: 'logits', logitCount: classCount, ensemble: [], isOrdered: true },
    classes: Array.from({ length: classCount }, (_, row) => row),
    ...{ layers, pixels: PIXELS, explainPixels: true, refused: new Set<Node>(), severalClasses: false },
    peaks: false,
  };
  const compiled = compile(subject, [method]);
  const session = await createSession(compiled.graph, 'test graph');
  const int64 = (value: bigint): ort.Tensor => new ort.Tensor('int64', [value], [1]);
  const bound = (value: number): ort.Tensor =>
    new ort.Tensor('float32', new Float32Array(3).fill(value), [1, 3, 1, 1]);
  const x = numbers([1, 3, 12, 12], seed, 0, 1);
  const results = await session.run({
    x: new ort.Tensor('float32', Float32Array.from(x.data), x.dims),
    [compiled.targets]: int64(2n),
    [TOP]: int64(1n),
    [LOW]: bound(0),
    [HIGH]: bound(1),
  });
  await session.dispose();
  const read = (name: string | undefined): number[] => Array.from(results[name ?? '']?.data ?? [], Number);
  const outputs = compiled.methods.get(method)?.layers;
  return {
    logit: read(compiled.logits)[2] ?? 0,
    maps: [...cuts, 'x'].map((tensor) => read(outputs?.get(tensor)?.map)),
  };
}

const add = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0);

/** Difference of two sums as a share of what they are sums of. */
function gap(map: readonly number[], expected: number): number {
  return Math.abs(add(map) - expected) / Math.max(Math.abs(expected), add(map.map(Math.abs)));
}

describe('conservation on random Relu networks, down to the pixels', () => {
  test('with the seed of LRP, Σ R is the logit at every cut', async () => {
    await fc.assert(
      fc.asyncProperty(network, async (shape) => {
        const { graph, cuts } = build(shape);
        const { logit, maps } = await explain(graph, cuts, 'lrp', shape.seed);
        for (const map of maps) expect(gap(map, logit)).toBeLessThan(1e-3);
      }),
      { numRuns: 40 },
    );
  });

  test('with the contrastive seed, Σ R is 0 at every cut', async () => {
    await fc.assert(
      fc.asyncProperty(network, async (shape) => {
        const { graph, cuts } = build(shape);
        const { maps } = await explain(graph, cuts, 'clrp', shape.seed);
        for (const map of maps) expect(gap(map, 0)).toBeLessThan(1e-3);
      }),
      { numRuns: 40 },
    );
  });

  test('without residual sums, a seed that is not negative gives no negative relevance', async () => {
    const plain = network.map(({ blocks, seed }) => ({
      blocks: blocks.filter((block) => block !== 'residual' && block !== 'projected'),
      seed,
    }));
    await fc.assert(
      fc.asyncProperty(plain, async (shape) => {
        const { graph, cuts } = build(shape);
        const { logit, maps } = await explain(graph, cuts, 'lrp', shape.seed);
        fc.pre(logit > 0);
        for (const map of maps) {
          expect(Math.max(...map)).toBeGreaterThan(0);
          expect(Math.min(...map)).toBeGreaterThanOrEqual(-1e-6 * Math.max(...map));
        }
      }),
      { numRuns: 25 },
    );
  });
});
