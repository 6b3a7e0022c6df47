import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { checkAnswer, firstDifference } from '../../../src/engine/model/selfCheck.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { readModel } from '../../../src/engine/onnx/read.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { findImageInput } from '../../../src/engine/prepare/imageInput.js';
import { rowsOf } from '../../../src/engine/prepare/origin.js';
import { constant, graphOf, node, numbers, run } from './graphs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-check-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const X = numbers([1, 3, 6, 6], 1);
const feed = new ort.Tensor('float32', Float32Array.from(X.data), X.dims);
const nodes = [
  node('Conv', ['x', 'w'], ['c']),
  node('Relu', ['c'], ['r']),
  node('GlobalAveragePool', ['r'], ['p']),
  node('Flatten', ['p'], ['f']),
  node('Gemm', ['f', 'fc'], ['logits']),
];
const constants = { w: constant(numbers([4, 3, 3, 3], 2)), fc: constant(numbers([4, 5], 3)) };
const graph = graphOf(X.dims, nodes, constants);
/** The same but for its pooling. */
const other = {
  ...graph,
  nodes: graph.nodes.map((each) => (each.outputs[0] === 'p' ? { ...each, op: 'GlobalMaxPool' } : each)),
};

const file = path.join(folder, 'model.onnx');
const check = (found: readonly number[], model: Graph = graph): Promise<void> => {
  writeFileSync(file, writeModel(model, Infinity).bytes);
  const image = findImageInput(graph, file);
  const size = { height: 6, width: 6 };
  const read = (): Promise<Graph> => Promise.resolve(readModel(file));
  const prepared = (): Promise<Graph> => Promise.resolve(other);
  const values = Float32Array.from(found);
  const rows = { logitCount: 5, classes: [0, 1, 2, 3, 4], values: 'logits', sources: rowsOf(5) } as const;
  const answer = { output: 'logits', logits: 'logits', ...rows };
  return checkAnswer({ file, read, image, size, answer, prepared }, feed, { logits: values, output: values });
};

describe('self-check', () => {
  test('the model’s own logits pass', async () => {
    const logits = (await run(graph, { x: X })).get('logits')?.data ?? [];
    await expect(check(logits)).resolves.toBeUndefined();
  });

  test('other logits are an error that names the first tensor that differs', async () => {
    const wrong = (await run(other, { x: X })).get('logits')?.data ?? [];
    await expect(check(wrong)).rejects.toMatchObject({
      failure: { code: 'wrongLogits', parameters: { file, tensor: 'p' } },
    });
  });

  test('logits that are not finite are named, not compared', async () => {
    const broken = {
      ...constants,
      w: constant({ ...numbers([4, 3, 3, 3], 2), data: new Array<number>(108).fill(NaN) }),
    };
    await expect(check([0, 0, 0, 0, 0], graphOf(X.dims, nodes, broken))).rejects.toMatchObject({
      failure: { code: 'notFiniteLogits', parameters: { file, tensor: 'logits' } },
    });
  });

  test('graphs that compute the same have no difference', async () => {
    expect(await firstDifference(graph, graph, { x: feed }, 'test graph')).toBeNull();
  });
});
