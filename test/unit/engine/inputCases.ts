import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import type { MethodId } from '../../../src/protocol/methods.js';
import type { ModelSettings } from '../../../src/protocol/modelSettings.js';
import { call } from './calls.js';
import { constant, graphOf, node, numbers } from './graphs.js';

// What models take, and what they do to a picture before their first convolution. The values expected of the files in
// fixtures/cases are ONNX Runtime's on the files as they are.

export const CASES = path.resolve(import.meta.dirname, '../../fixtures/cases');
const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-inputs-'));
export const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });

afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

export function explain(
  model: string,
  input: string,
  settings: ModelSettings = {},
  method: MethodId = 'relevance-cam',
): Promise<Explanation> {
  const kind = input.endsWith('.npy') ? 'array' : 'image';
  const source = { kind, path: input } as const;
  return engine.explain({ model, settings, method, source, target: null, layers: null, top: 3 }, call());
}

const inOrder = ({ predictions }: Explanation): Explanation['predictions'] =>
  predictions.toSorted((a, b) => a.index - b.index);
export const logitsOf = (explanation: Explanation): readonly number[] =>
  inOrder(explanation).map(({ logit }) => logit);
export const probabilitiesOf = (explanation: Explanation): readonly number[] =>
  inOrder(explanation).map(({ probability }) => probability ?? NaN);

export function expectNear(found: readonly number[], expected: readonly number[], tolerance = 1e-3): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, index) => {
    expect(Math.abs(value - (expected[index] ?? NaN))).toBeLessThan(tolerance);
  });
}

export function saved(name: string, graph: Graph): string {
  const file = path.join(folder, `${name}.onnx`);
  writeFileSync(file, writeModel(graph, Infinity).bytes);
  return file;
}

export function array(name: string, shape: readonly number[], values: ArrayLike<number>): string {
  const file = path.join(folder, `${name}.npy`);
  writeFileSync(file, formatNpy({ shape, values: Float32Array.from(values) }));
  return file;
}

export const ints = (value: readonly number[]) => ({ type: 'ints', value }) as const;
export const to = (value: number) => ({ to: { type: 'int', value } }) as const;

/** A classifier of what `from` holds. */
const body = (from: string): readonly Node[] => [
  node('Conv', [from, 'w'], ['c']),
  node('Relu', ['c'], ['r']),
  node('GlobalAveragePool', ['r'], ['p']),
  node('Flatten', ['p'], ['f']),
  node('Gemm', ['f', 'fc'], ['logits']),
];
const WEIGHTS = { w: constant(numbers([8, 3, 3, 3], 1)), fc: constant(numbers([8, 4], 2)) };
export const SHAPE = [1, 3, 10, 10];

export function taking(
  nodes: readonly Node[],
  constants: Readonly<Record<string, Tensor>> = {},
  { shape = SHAPE, dataType = DataType.FLOAT }: { shape?: readonly number[]; dataType?: DataType } = {},
): Graph {
  const from = nodes.at(-1)?.outputs[0] ?? 'x';
  const graph = graphOf(shape, [...nodes, ...body(from)], { ...WEIGHTS, ...constants });
  return { ...graph, inputs: [{ name: 'x', dataType, shape }] };
}
