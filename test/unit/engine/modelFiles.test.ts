// A model is all of its files: its own, and those in which it keeps weights.
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import { ModelCache } from '../../../src/engine/model/modelCache.js';
import { isInside } from '../../../src/engine/onnx/externalData.js';
import type { Tensor } from '../../../src/engine/onnx/tensor.js';
import type { Stage } from '../../../src/protocol/engineApi.js';
import { bytesOf, classifier, weightsIn } from './badFiles.js';
import { call } from './calls.js';
import { constant, numbers, run } from './graphs.js';

const MiB = 2 ** 20;
const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-files-'));
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

const FC = constant(numbers([5, 4], 2));
const X = numbers([1, 3, 8, 8], 3);
const input = path.join(folder, 'x.npy');
writeFileSync(input, formatNpy({ shape: X.dims, values: Float32Array.from(X.data) }));

const weights = (seed: number): Tensor => constant(numbers([5, 3, 3, 3], seed));
const at = (...parts: string[]): string => path.join(folder, ...parts);

/** The classifier in one folder, its weights in `m.onnx.data`. */
function save(name: string, seed: number): { readonly model: string; readonly data: string } {
  mkdirSync(at(name), { recursive: true });
  const [model, data] = [at(name, 'm.onnx'), at(name, 'm.onnx.data')];
  writeFileSync(model, weightsIn('m.onnx.data'));
  writeFileSync(data, weights(seed).bytes);
  return { model, data };
}

async function probabilities(model: string): Promise<readonly number[]> {
  const source = { kind: 'array', path: input } as const;
  const choice = { method: 'relevance-cam', target: null, layers: null, top: 1 } as const;
  const explanation = await engine.explain({ model, settings: {}, source, ...choice }, call());
  return Array.from(explanation.probabilities ?? []);
}

/** What ONNX Runtime itself makes of the classifier with these weights. */
async function expected(seed: number): Promise<readonly number[]> {
  const graph = classifier({
    initializers: new Map([
      ['w', weights(seed)],
      ['fc', FC],
    ]),
  });
  const logits = (await run(graph, { x: X })).get('logits')?.data ?? [];
  const powers = logits.map(Math.exp);
  return powers.map((power) => power / powers.reduce((a, b) => a + b, 0));
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, index) => {
    expect(value).toBeCloseTo(wanted[index] ?? NaN, 5);
  });
}

interface Closable {
  readonly dispose: () => Promise<void>;
}

function emptyCache(residentMemory: () => number): ModelCache<Closable> {
  return new ModelCache<Closable>({
    residentMemory,
    release: () => Promise.resolve(),
    onFull: () => undefined,
  });
}

/** An open model without content that says when it is closed. */
function closable(closed: () => void): Promise<Closable> {
  return Promise.resolve({
    dispose: () => {
      closed();
      return Promise.resolve();
    },
  });
}

describe('a model with its weights in another file', () => {
  test('is another one with new weights', async () => {
    const { model, data } = save('rewritten', 1);
    expectClose(await probabilities(model), await expected(1));
    writeFileSync(data, weights(9).bytes);
    // The clock of a file system may be coarse.
    utimesSync(data, new Date(), new Date(Date.now() + 5000));
    expectClose(await probabilities(model), await expected(9));
  });

  test('names them all, and is gone when one of them is', async () => {
    const { model, data } = save('named', 1);
    expect((await engine.open({ model, settings: {} }, call())).files).toEqual([model, data]);
    rmSync(data);
    await expect(engine.open({ model, settings: {} }, call())).rejects.toMatchObject({
      failure: { code: 'externalDataMissing', parameters: { file: model, data: 'm.onnx.data' } },
    });
  });

  test('takes memory by all of its files', async () => {
    const { model, data } = save('large', 1);
    truncateSync(data, 300 * MiB);
    let resident = 100 * MiB;
    const cache = emptyCache(() => resident);
    const closed = vi.fn();
    await cache.get({ file: save('first', 1).model, weights: null }, null, () => closable(closed));
    resident = 400 * MiB;
    await cache.get({ file: save('second', 1).model, weights: null }, null, () => closable(closed));
    expect(closed).not.toHaveBeenCalled();
    // 4 × 300 MiB beside 400 are more than 1.2 × (100 + 4 × 300).
    await cache.get({ file: model, weights: null }, null, () => closable(closed));
    expect(closed).toHaveBeenCalledTimes(2);
    await cache.dispose();
  });
});

describe('a model that is rewritten while it is explained', () => {
  const source = { kind: 'array', path: input } as const;
  const rest = { settings: {}, source, target: null, layers: ['a'], top: 1 } as const;

  function rewrite(data: string, seed: number): void {
    writeFileSync(data, weights(seed).bytes);
    utimesSync(data, new Date(), new Date(Date.now() + 1000 * seed));
  }

  test.each([
    ['grad-cam', 'compile'],
    ['grad-cam', 'run'],
    ['score-cam', 'score'],
  ] as const)('is explained by %s as it is then, rewritten before "%s"', async (method, before) => {
    const { model, data } = save(`rewritten-${method}-${before}`, 1);
    await engine.open({ model, settings: {} }, call());
    let rewritten = false;
    const progress = (stage: Stage): void => {
      if (stage === before && !rewritten) rewrite(data, 9);
      rewritten ||= stage === before;
    };
    const explained = await engine.explain({ ...rest, model, method }, { ...call(), progress });
    expectClose(Array.from(explained.probabilities ?? []), await expected(9));
    const fresh = new Engine({ cacheFolder: at('another cache'), log: () => undefined });
    expect(explained).toEqual(await fresh.explain({ ...rest, model, method }, call()));
    await fresh.dispose();
  });

  test('again and again is said to be', async () => {
    const { model, data } = save('restless', 1);
    let seed = 1;
    const progress = (stage: Stage): void => {
      if (stage === 'score') rewrite(data, ++seed);
    };
    await expect(
      engine.explain({ ...rest, model, method: 'score-cam' }, { ...call(), progress }),
    ).rejects.toMatchObject({ failure: { code: 'changedModel', parameters: { file: model } } });
    expect(seed).toBe(3);
  });
});

test('a model whose file has changed is closed before it is opened anew', async () => {
  const file = at('changing.onnx');
  writeFileSync(file, bytesOf(classifier()));
  const events: string[] = [];
  const cache = emptyCache(() => 0);
  const get = (size: number) =>
    cache.get({ file, weights: null }, size, () => {
      events.push(`opened ${size}`);
      return closable(() => events.push(`closed ${size}`));
    });
  await get(224);
  await get(256);
  await get(224);
  expect(events).toEqual(['opened 224', 'opened 256']);
  utimesSync(file, new Date(), new Date(Date.now() + 5000));
  await get(224);
  expect(events.slice(2)).toEqual(['closed 256', 'closed 224', 'opened 224']);
});

test.each([
  ['posix', '/models', '/models/m.data', true],
  ['posix', '/models', '/models/parts/..m.data', true],
  ['posix', '/', '/m.data', true],
  ['posix', '/models', '/models2/m.data', false],
  ['win32', 'C:\\models', 'c:\\Models\\parts\\m.data', true],
  ['win32', 'C:\\', 'C:\\m.data', true],
  ['win32', 'C:\\models', 'C:\\models2\\m.data', false],
  ['win32', 'C:\\models', 'D:\\models\\m.data', false],
  ['win32', '\\\\server\\models', '\\\\server\\models\\m.data', true],
  ['win32', 'C:\\models', '\\\\server\\models\\m.data', false],
] as const)('by the paths of %s, whether %s holds %s: %s', (system, models, data, isInIt) => {
  expect(isInside(models, data, path[system])).toBe(isInIt);
});

// Windows lets only some users make links.
describe.skipIf(process.platform === 'win32')('a model that is a link', () => {
  test('opens as a download of Hugging Face lies on the disk', async () => {
    const { model, data } = save('blobs', 4);
    const snapshot = at('snapshots', '1f3a', 'onnx');
    mkdirSync(snapshot, { recursive: true });
    symlinkSync(path.relative(snapshot, model), path.join(snapshot, 'model.onnx'));
    symlinkSync(path.relative(snapshot, data), path.join(snapshot, 'm.onnx.data'));
    expectClose(await probabilities(path.join(snapshot, 'model.onnx')), await expected(4));
  });

  test('finds its weights beside what it leads to', async () => {
    const { model } = save('epochs', 5);
    symlinkSync(model, at('latest.onnx'));
    expectClose(await probabilities(at('latest.onnx')), await expected(5));
  });

  test('does not read what leads out of both folders', async () => {
    const { model } = save('store', 6);
    const { data } = save('private', 7);
    mkdirSync(at('trap'));
    symlinkSync(model, at('trap', 'model.onnx'));
    symlinkSync(data, at('trap', 'm.onnx.data'));
    await expect(probabilities(at('trap', 'model.onnx'))).rejects.toMatchObject({
      failure: { code: 'externalDataOutside' },
    });
  });
});
