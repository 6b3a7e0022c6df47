import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { muchByRounding } from '../../../src/protocol/roundingNote.js';
import { call } from './calls.js';
import { constant, graphOf, node } from './graphs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-rounding-'));
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

/** Two channels at two places, read by a linear layer: the gradient of the class is the layer's own weights. */
const GRADIENTS = [
  [1, -1],
  [1, 1],
] as const;

/** By the formula, in double precision: the terms of the weights, and which are divided by what nearly cancels out. */
function shareByFormula(activations: readonly (readonly number[])[]): number {
  const terms = activations.flatMap((a, channel) => {
    const g = GRADIENTS[channel] ?? [];
    const cubes = a.map((value, at) => value * (g[at] ?? 0) ** 3);
    const sum = cubes.reduce((total, value) => total + value, 0);
    const size = cubes.reduce((total, value) => total + Math.abs(value), 0);
    return g.map((one) => {
      const denominator = 2 * one ** 2 + sum;
      return {
        size: Math.abs(Math.max(0, one ** 3) / denominator),
        isPole: Math.abs(denominator) < 1e-3 * (2 * one ** 2 + size),
      };
    });
  });
  const total = (list: typeof terms): number => list.reduce((sum, { size }) => sum + size, 0);
  return total(terms.filter(({ isPole }) => isPole)) / total(terms);
}

// 2 g² + Σ A g³ is 3 − a at the first channel's first place; with the sizes of its terms it is 3 + a.
test.each([
  ['far from the pole', 2.5],
  ['near it, but not as near as that', 3 - 2 ** -6],
  ['at the pole', 3 - 2 ** -10],
])('Grad-CAM++ tells which part of the weight rounding decides: %s', async (_, a) => {
  const activations = [
    [1, a],
    [1, 1],
  ];
  const graph = graphOf(
    [1, 3, 1, 2],
    [
      node('Conv', ['x', 'w'], ['y']),
      node('Relu', ['y'], ['a']),
      node('Flatten', ['a'], ['f']),
      node('Gemm', ['f', 'fc'], ['logits']),
    ],
    {
      w: constant({ dims: [2, 3, 1, 1], data: [1, 0, 0, 0, 1, 0] }),
      fc: constant({ dims: [4, 2], data: GRADIENTS.flat().flatMap((gradient) => [gradient, 0]) }),
    },
  );
  const [model, input] = [path.join(folder, `${a}.onnx`), path.join(folder, `${a}.npy`)];
  writeFileSync(model, writeModel(graph, Infinity).bytes);
  const values = Float32Array.from([...activations.flat(), 0, 0]);
  writeFileSync(input, formatNpy({ shape: [1, 3, 1, 2], values }));
  const source = { kind: 'array', path: input } as const;
  const request = { model, settings: {}, source, layers: null, top: 2, carried: false } as const;
  const [explanation] = await engine.compare({ ...request, methods: ['grad-cam++'], targets: [0] }, call());
  const layer = explanation?.layers.find(({ tensor }) => tensor === 'a');

  const expected = shareByFormula(activations);
  expect(layer?.byRounding).toBeCloseTo(expected, 3);
  expect(layer && muchByRounding(layer)).toBe(expected > 1 / 3 ? layer?.byRounding : null);
  // Other methods divide by nothing of the kind.
  const [other] = await engine.compare({ ...request, methods: ['grad-cam'], targets: [0] }, call());
  expect(other?.layers[0]).not.toHaveProperty('byRounding');
});
