// An engine of a test file's own: what it is asked, and what it answers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import type { ExplainRequest } from '../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { call } from './calls.js';

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-explaining-'));
export const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });

afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

/** A file that goes with the tests. */
export const at = (name: string): string => path.join(folder, name);

/**
 * The predicted class by Relevance-CAM, unless something else is asked.
 * @param input a picture, or the model's input as .npy
 */
export function explain(
  model: string,
  input: string,
  asked: Partial<ExplainRequest> = {},
): Promise<Explanation> {
  const source = { kind: input.endsWith('.npy') ? 'array' : 'image', path: input } as const;
  const usual = { settings: {}, method: 'relevance-cam', target: null, layers: null, top: 3 } as const;
  return engine.explain({ model, source, ...usual, ...asked }, call());
}

const inOrder = ({ predictions }: Explanation): Explanation['predictions'] =>
  predictions.toSorted((a, b) => a.index - b.index);
export const logitsOf = (explanation: Explanation): readonly number[] =>
  inOrder(explanation).map(({ logit }) => logit);
export const probabilitiesOf = (explanation: Explanation): readonly number[] =>
  inOrder(explanation).map(({ probability }) => probability ?? NaN);

export function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-3): void {
  expect(found).toHaveLength(expected.length);
  Array.from(found).forEach((value, index) => {
    expect(Math.abs(value - (expected[index] ?? NaN))).toBeLessThan(tolerance);
  });
}

export function saved(name: string, graph: Graph): string {
  const file = at(`${name}.onnx`);
  writeFileSync(file, writeModel(graph, Infinity).bytes);
  return file;
}

export function array(name: string, shape: readonly number[], values: ArrayLike<number>): string {
  const file = at(`${name}.npy`);
  writeFileSync(file, formatNpy({ shape, values: Float32Array.from(values) }));
  return file;
}
