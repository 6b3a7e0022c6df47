import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CheckpointExplainer } from '../../../src/checkpoints/explaining.js';
import { DiskStore, type StoredResult } from '../../../src/checkpoints/store.js';
import type { CompareRequest } from '../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { call } from '../engine/calls.js';
import { temporaryFolder } from '../image/helpers.js';

const folder = temporaryFolder();

const PREDICTION = { index: 2, label: 'cat', probability: 0.5, value: 1.25, logit: 1.25 };

function result(tensors: readonly string[], value = 1): StoredResult {
  return {
    method: 'relevance-cam',
    target: PREDICTION,
    predicted: PREDICTION,
    layers: tensors.map((tensor) => ({
      tensor,
      height: 2,
      width: 2,
      map: Float32Array.of(value, 2, 3, 4),
      weights: Float32Array.of(5),
      top: [{ channel: 0, weight: 5 }],
      relevanceSum: null,
    })),
    blocked: [{ tensor: 'blocked', blockedBy: { op: 'Op', node: 'n', reason: 'noRule' } }],
  };
}

function filesIn(place: string): string[] {
  return readdirSync(folder.path(place)).map((name) => join(folder.path(place), name));
}

const UNBOUNDED = (): number => Infinity;

test('what is kept is found by another process, with every number as it was', async () => {
  const place = folder.path('kept');
  await new DiskStore(place, UNBOUNDED).put('key', result(['a', 'b']));
  expect(await new DiskStore(place, UNBOUNDED).get('key')).toEqual(result(['a', 'b']));
  expect(await new DiskStore(place, UNBOUNDED).get('other')).toBeNull();
});

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 7)],
  [
    'with one bit turned',
    (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === 60 ? byte ^ 1 : byte))),
  ],
  ['empty', () => Buffer.alloc(0)],
])('an entry %s is dropped', async (name, damage) => {
  const store = new DiskStore(folder.path(name), UNBOUNDED);
  await store.put('key', result(['a']));
  const [file = ''] = filesIn(name);
  writeFileSync(file, damage(readFileSync(file)));
  expect(await store.get('key')).toBeNull();
  expect(filesIn(name)).toEqual([]);
});

test('all of it stays within the limit; what was used last stays', async () => {
  const one = new DiskStore(folder.path('bounded'), UNBOUNDED);
  await one.put('0', result(['a']));
  const size = statSync(filesIn('bounded')[0] ?? '').size;
  const store = new DiskStore(folder.path('bounded'), () => 10.5 * size);
  for (let i = 1; i <= 10; i++) {
    await store.put(String(i), result(['a']));
    const files = filesIn('bounded');
    for (const file of files) {
      const { mtimeMs } = statSync(file);
      // As if every file had been written a second before the next.
      await utimes(file, mtimeMs / 1000 - 1, mtimeMs / 1000 - 1);
    }
    expect(await store.get('0')).not.toBeNull();
  }
  const kept: string[] = [];
  for (let i = 0; i <= 10; i++) if ((await store.get(String(i))) !== null) kept.push(String(i));
  expect(kept).toEqual(['0', '3', '4', '5', '6', '7', '8', '9', '10']);
});

test('each layer of a picture at a checkpoint is computed once, for each state of picture and files', async () => {
  const picture = await folder.write('picture.png', 'pixels');
  const asked: (readonly string[] | null)[] = [];
  const engine = {
    compare: ({ layers, targets }: CompareRequest): Promise<readonly Explanation[]> => {
      asked.push(layers);
      const { layers: found, ...rest } = result(layers ?? ['a', 'b', 'c']);
      const explained = found.map((layer) => ({ ...layer, channels: 1, top: [] }));
      const [target] = targets;
      return Promise.resolve([
        {
          ...rest,
          model: '',
          predictions: [PREDICTION],
          values: new Float32Array(3),
          probabilities: new Float32Array(3),
          apart: null,
          target: { ...PREDICTION, index: target ?? 2 },
          layers: explained,
          blocked: [],
        },
      ]);
    },
  };
  const explainer = (version = '1'): CheckpointExplainer =>
    new CheckpointExplainer({ engine, store: new DiskStore(folder.path('once'), UNBOUNDED), version });
  const checkpoint = { opening: { model: '/m.onnx', settings: {} }, identity: 'first' };
  const wanted = { checkpoint, picture, method: 'relevance-cam', target: 1 } as const;
  expect(await explainer().known({ ...wanted, layers: ['a'] })).toBeNull();
  await explainer().explain({ ...wanted, layers: ['a'] }, call());
  const both = await explainer().explain({ ...wanted, layers: ['b', 'a'] }, call());
  expect(both.layers.map(({ tensor }) => tensor)).toEqual(['a', 'b']);
  expect((await explainer().known({ ...wanted, layers: ['b'] }))?.layers).toHaveLength(1);
  expect(asked).toEqual([['a'], ['b']]);
  await explainer().explain({ ...wanted, layers: ['a', 'b'] }, call());
  expect(asked).toHaveLength(2);
  // All at once where several are missing: that is what an opened model is compiled for.
  await explainer().explain({ ...wanted, target: 2, layers: ['a', 'c'] }, call());
  expect(asked.at(-1)).toBeNull();
  await explainer().explain(
    { ...wanted, checkpoint: { ...checkpoint, identity: 'second' }, layers: ['a'] },
    call(),
  );
  await explainer('2').explain({ ...wanted, layers: ['a'] }, call());
  await folder.write('picture.png', 'other pixels');
  await explainer().explain({ ...wanted, layers: ['a'] }, call());
  expect(asked).toHaveLength(6);
});
