// Checkpoints of a training, one after the other in one session, against each by itself.
import { copyFileSync, readdirSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { readModel } from '../../../src/engine/onnx/read.js';
import { elementCount, floatTensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import type { ExplainRequest } from '../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { at, explain, saved } from './explaining.js';

const SAMPLE = path.resolve(import.meta.dirname, '../../../media/sample');
const PICTURE = path.join(SAMPLE, 'pictures/bird-cat-cup.png');
const CHECKPOINTS = readdirSync(path.join(SAMPLE, 'checkpoints'))
  .filter((name) => name.endsWith('.onnx'))
  .map((name) => path.join(SAMPLE, 'checkpoints', name))
  // Of the untrained network the exporter merged biases, which are equal: another graph.
  .slice(1);
const [first = ''] = CHECKPOINTS;

const weightsFile = (name: string): string =>
  path.resolve(import.meta.dirname, '../../fixtures/weights', name);
const INPUT = weightsFile('x.npy');

afterEach(() => {
  vi.restoreAllMocks();
});

/** How many sessions of ONNX Runtime some work makes. */
async function sessionsMadeBy(work: () => Promise<unknown>): Promise<number> {
  const create = vi.spyOn(ort.InferenceSession, 'create');
  create.mockClear();
  await work();
  return create.mock.calls.length;
}

/** Furthest apart that logits and each map are, as a part of the largest value of each. */
function difference(found: Explanation, expected: Explanation): number {
  const logits = ({ predictions }: Explanation): readonly number[] =>
    predictions.toSorted((a, b) => a.index - b.index).map(({ logit }) => logit);
  const pairs = [
    [logits(found), logits(expected)] as const,
    ...expected.layers.map(({ map }, index) => [found.layers[index]?.map ?? [], map] as const),
  ];
  return Math.max(
    ...pairs.map(([ours, theirs]) => {
      const largest = Math.max(...Array.from(theirs, Math.abs));
      return Math.max(...Array.from(theirs, (value, at) => Math.abs(value - (ours[at] ?? NaN)))) / largest;
    }),
  );
}

/** Simplifying, and finding shapes: what each checkpoint needs whose session there is. */
const PREPARING = 2;

describe('whole graphs', () => {
  test('have one session, and the maps that each has by itself', async () => {
    const alone = await Promise.all(CHECKPOINTS.map((model) => explain(model, PICTURE, { target: 1 })));
    await explain(first, PICTURE, { isCheckpoint: true });
    for (const [index, model] of CHECKPOINTS.entries()) {
      if (model === first) continue;
      const made = await sessionsMadeBy(async () => {
        const found = await explain(model, PICTURE, { target: 1, isCheckpoint: true });
        expect(difference(found, alone[index] ?? found)).toBeLessThan(1e-5);
      });
      expect(made).toBe(PREPARING);
    }
  });

  test('of another method keep one session for each', async () => {
    const asked = { method: 'grad-cam', isCheckpoint: true } as const;
    const [before = '', ...others] = CHECKPOINTS.map((model, index) => {
      copyFileSync(model, at(`${index}.onnx`));
      return at(`${index}.onnx`);
    });
    await explain(before, PICTURE, asked);
    for (const model of others)
      expect(await sessionsMadeBy(() => explain(model, PICTURE, asked))).toBe(PREPARING);
  });

  test('whose weights overflow are told so', async () => {
    await explain(first, PICTURE, { isCheckpoint: true });
    const graph = readModel(first);
    const huge = (dims: readonly number[]): Tensor =>
      floatTensor(new Float32Array(elementCount(dims)).fill(3e38), dims);
    const initializers = new Map(
      Array.from(graph.initializers, ([name, tensor]): [string, Tensor] => [
        name,
        name.startsWith('fc.') ? huge(tensor.dims) : tensor,
      ]),
    );
    const overflowing = saved('overflowing', { ...graph, initializers });
    await expect(explain(overflowing, PICTURE, { isCheckpoint: true })).rejects.toMatchObject({
      failure: { code: 'notFiniteLogits', parameters: { file: overflowing } },
    });
  });
});

describe('weights alone', () => {
  test.each([
    ['old-folded', 'second.pth'],
    ['old-folded', 'second.safetensors'],
    ['new-folded', 'channels-last.pth'],
    ['old-whole', 'second.safetensors'],
    ['new-whole', 'half.pth'],
  ])('in the graph %s: %s', async (kind, weights) => {
    const given = (file: string): Partial<ExplainRequest> => ({
      weights: { file: weightsFile(file), reference: weightsFile('first.pth') },
    });
    const model = weightsFile(`${kind}.first.onnx`);
    const alone = await explain(model, INPUT, given(weights));
    await explain(model, INPUT, { ...given('first.pth'), isCheckpoint: true });
    const made = await sessionsMadeBy(async () => {
      const found = await explain(model, INPUT, { ...given(weights), isCheckpoint: true });
      expect(difference(found, alone)).toBeLessThan(1e-5);
    });
    expect(made).toBe(PREPARING);
  });

  test('follow a graph that is overwritten', async () => {
    const model = at('graph.onnx');
    const weights = { file: weightsFile('second.pth'), reference: weightsFile('first.pth') };
    copyFileSync(weightsFile('old-whole.first.onnx'), model);
    await explain(model, INPUT, { weights, isCheckpoint: true });
    copyFileSync(weightsFile('new-folded.first.onnx'), model);
    const found = await explain(model, INPUT, { weights, isCheckpoint: true });
    const expected = await explain(weightsFile('new-folded.first.onnx'), INPUT, { weights });
    expect(difference(found, expected)).toBeLessThan(1e-5);
  });
});
