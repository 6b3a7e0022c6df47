import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import { compile, TOP, type FeatureMap } from '../../../src/engine/compile/explanationGraph.js';
import { TARGET } from '../../../src/engine/compile/seed.js';
import type { Method } from '../../../src/engine/methods/method.js';
import { relevanceCam } from '../../../src/engine/methods/relevanceCam.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import type { Tensor } from '../../../src/engine/onnx/tensor.js';
import { createSession } from '../../../src/engine/runtime/session.js';
import { analysed, constant, graphOf, node, numbers, type Values } from './graphs.js';

/** Relevance with LRP's seed: the target's logit alone. */
const lrp: Method = {
  ...relevanceCam,
  seed: (builder, logits, target, count) => {
    const classes = builder.ints(Array.from({ length: count }, (_, index) => index));
    const isTarget = builder.op('Equal', [classes, target]);
    return builder.op('Where', [isTarget, logits, builder.float(0)]);
  },
};

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

/** Σ R of each cut and the logit of the class, with the given seed. */
async function sums(graph: Graph, cuts: readonly string[], method: Method, seed: number) {
  const analysis = await analysed(graph);
  const layers = cuts.map((tensor): FeatureMap => {
    const [, channels = 0, height = 0, width = 0] = analysis.shape(tensor);
    return { tensor, layout: 'NCHW', channels, height, width, before: 0 };
  });
  const compiled = compile(analysis, method, 'logits', layers);
  const session = await createSession(compiled.graph, 'test graph');
  const int64 = (value: bigint): ort.Tensor => new ort.Tensor('int64', [value], [1]);
  const x = numbers([1, 3, 12, 12], seed, 0, 1);
  const results = await session.run({
    x: new ort.Tensor('float32', Float32Array.from(x.data), x.dims),
    [TARGET]: int64(2n),
    [TOP]: int64(1n),
  });
  await session.dispose();
  const read = (name: string | undefined): number[] => Array.from(results[name ?? '']?.data ?? [], Number);
  const weights = cuts.map((cut) => read(compiled.layers.get(cut)?.weights));
  return {
    logit: read(compiled.logits)[2] ?? 0,
    sums: weights.map((list) => list.reduce((sum, weight) => sum + weight, 0)),
    sizes: weights.map((list) => list.reduce((sum, weight) => sum + Math.abs(weight), 0)),
  };
}

describe('conservation on random Relu networks', () => {
  test('with the seed of LRP, Σ R is the logit at every cut', async () => {
    await fc.assert(
      fc.asyncProperty(network, async (shape) => {
        const { graph, cuts } = build(shape);
        const found = await sums(graph, cuts, lrp, shape.seed);
        found.sums.forEach((sum, index) => {
          const scale = Math.max(Math.abs(found.logit), found.sizes[index] ?? 0);
          expect(Math.abs(sum - found.logit) / scale).toBeLessThan(1e-3);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('with the contrastive seed, Σ R is 0 at every cut', async () => {
    await fc.assert(
      fc.asyncProperty(network, async (shape) => {
        const { graph, cuts } = build(shape);
        const found = await sums(graph, cuts, relevanceCam, shape.seed);
        found.sums.forEach((sum, index) => {
          expect(Math.abs(sum) / Math.max(Math.abs(found.logit), found.sizes[index] ?? 0)).toBeLessThan(1e-3);
        });
      }),
      { numRuns: 40 },
    );
  });
});
