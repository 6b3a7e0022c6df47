import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';

import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor } from '../../../src/engine/onnx/tensor.js';
import { storeConstants } from '../../../src/engine/runtime/constants.js';
import { createSession } from '../../../src/engine/runtime/session.js';

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const node = (op: string, inputs: readonly string[], output: string): Node => ({
  name: output,
  op,
  domain: '',
  inputs,
  outputs: [output],
  attributes: new Map(),
  modulePath: [],
});

/** y = x w₁ + x w₁⁺, z = y w₂⁺ + b⁺, with w₁ and w₂ of `size` × `size`. */
function network(size: number): Graph {
  const weight = (seed: number) =>
    floatTensor(
      Float32Array.from({ length: size * size }, (_, index) => Math.sin(seed * index)),
      [size, size],
    );
  const info = (name: string) => ({ name, dataType: DataType.FLOAT, shape: [1, size] });
  return {
    irVersion: 8,
    opsets: new Map([['', 18]]),
    producer: '',
    metadata: new Map(),
    functions: [],
    nodes: [
      node('Relu', ['w1'], 'w1+'),
      node('MatMul', ['x', 'w1'], 'a'),
      node('MatMul', ['x', 'w1+'], 'b'),
      node('Add', ['a', 'b'], 'y'),
      node('Relu', ['w2'], 'w2+'),
      node('Relu', ['bias'], 'bias+'),
      node('MatMul', ['y', 'w2+'], 'c'),
      node('Add', ['c', 'bias+'], 'z'),
    ],
    initializers: new Map([
      ['w1', weight(1)],
      ['w2', weight(2)],
      ['bias', floatTensor([-2], [1])],
    ]),
    inputs: [info('x')],
    outputs: [info('z')],
    valueInfo: new Map(),
  };
}

describe('constants computed ahead', () => {
  it('are left to the session where a model has few weights', async () => {
    expect(await storeConstants(network(64), 'small.onnx', folder, vi.fn())).toBeNull();
  });

  it('are the same, and their files go', async () => {
    const size = 2100;
    const graph = network(size);
    const told = vi.fn();
    const divided = await storeConstants(graph, 'large.onnx', folder, told);
    if (divided === null) throw new Error('nothing was stored');
    expect(divided.stored.tensors.map(({ name }) => name).toSorted()).toEqual(['w1', 'w1+', 'w2+']);
    expect(told.mock.calls).toEqual([[0], [0.5]]);
    expect([...divided.graph.initializers.keys()]).toEqual(['bias']);
    const whole = await createSession(graph, 'large.onnx');
    const parted = await createSession(divided.graph, 'large.onnx', { stored: divided.stored });
    divided.remove();
    expect(readdirSync(folder)).toEqual([]);
    const x = new ort.Tensor(
      'float32',
      Float32Array.from({ length: size }, (_, index) => Math.cos(index)),
      [1, size],
    );
    const [expected, found] = [await whole.run({ x }), await parted.run({ x })];
    const values = (results: typeof expected): readonly number[] =>
      Array.from(results['z']?.data ?? [], Number);
    const largest = Math.max(...values(expected).map(Math.abs));
    expect(largest).toBeGreaterThan(1);
    const other = values(found);
    const differences = values(expected).map((value, index) => Math.abs(value - (other[index] ?? NaN)));
    expect(Math.max(...differences)).toBeLessThan(1e-5 * largest);
    await whole.dispose();
    await parted.dispose();
  });

  it('are given up between two parts, and leave no file', async () => {
    const told = (fraction: number): void => {
      if (fraction > 0) throw new Error('given up');
    };
    await expect(storeConstants(network(2100), 'large.onnx', folder, told)).rejects.toThrow('given up');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('say where they cannot be written', async () => {
    const missing = path.join(folder, 'missing');
    await expect(storeConstants(network(2100), 'large.onnx', missing, vi.fn())).rejects.toMatchObject({
      failure: { code: 'cannotWrite' },
    });
  });
});
