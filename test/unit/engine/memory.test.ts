import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it, vi } from 'vitest';

import { hasRoom, memoryBound } from '../../../src/engine/model/memory.js';
import { USUAL } from '../../../src/engine/model/explainer.js';
import { ModelCache } from '../../../src/engine/model/modelCache.js';
import { readState } from '../../../src/engine/model/modelState.js';
import { NO_CHOICE, openModel } from '../../../src/engine/model/openModel.js';
import { WeightExchange } from '../../../src/engine/model/weightExchange.js';
import { floatTensor } from '../../../src/engine/onnx/tensor.js';
import { bytesOf, classifier } from './badFiles.js';
import { call } from './calls.js';
import { writeLargeModel } from './largeModel.js';

const MiB = 2 ** 20;

describe('the memory that the engine may reach', () => {
  const held = { resident: 400 * MiB, empty: 100 * MiB, largest: 100 * MiB };

  it('is 1.2 times what its largest model takes: 100 + 4 × 100 MiB', () => {
    expect(memoryBound(held, MiB)).toBeCloseTo(600 * MiB);
    expect(memoryBound(held, 200 * MiB)).toBeCloseTo(1080 * MiB);
  });

  it('leaves room for a small model beside a large one, not for another large one', () => {
    expect(hasRoom(held, 20 * MiB)).toBe(true);
    expect(hasRoom(held, 100 * MiB)).toBe(false);
  });

  it('leaves room for several small models', () => {
    const small = { resident: 200 * MiB, empty: 100 * MiB, largest: 10 * MiB };
    expect(hasRoom(small, 10 * MiB)).toBe(true);
    expect(hasRoom({ ...small, resident: 500 * MiB }, 10 * MiB)).toBe(false);
  });
});

describe('open models', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const LARGE = bytesOf(
    classifier({ initializers: new Map([['w', floatTensor(new Float32Array(10 * MiB), [10 * MiB])]]) }),
  );

  const SMALL = bytesOf(classifier());

  /** A cache in a process of 100 MiB, in which an open model takes so many bytes, of which closing gives back a part. */
  function cacheThatGivesBack(part: number, { bytes, content } = { bytes: 300 * MiB, content: LARGE }) {
    let resident = 100 * MiB;
    const onFull = vi.fn();
    const release = vi.fn(() => Promise.resolve());
    const cache = new ModelCache<{ dispose: () => Promise<void> }>({
      residentMemory: () => resident,
      ...{ release, onFull },
    });
    const closed: string[] = [];
    const get = (name: string, isCheckpoint = false) => {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return cache.get({ file, weights: null, isCheckpoint }, null, () => {
        resident += bytes;
        const dispose = (): Promise<void> => {
          closed.push(name);
          resident -= part * bytes;
          return Promise.resolve();
        };
        return Promise.resolve({ dispose });
      });
    };
    return { get, closed, release, onFull, cache };
  }

  it('are closed where there is no room for another', async () => {
    const { get, closed, onFull, cache } = cacheThatGivesBack(1);
    await get('a.onnx');
    expect(closed).toEqual([]);
    await get('b.onnx');
    expect(closed).toEqual(['a.onnx']);
    expect(onFull).not.toHaveBeenCalled();
    await cache.dispose();
    expect(closed).toEqual(['a.onnx', 'b.onnx']);
  });

  it('stay open while work with them gives way to others', async () => {
    const { get, closed, onFull, cache } = cacheThatGivesBack(1);
    const held = await get('e.onnx');
    await cache.hold(held, async () => {
      await get('f.onnx');
      expect(closed).toEqual([]);
      expect(onFull).toHaveBeenCalledOnce();
    });
    await get('g.onnx');
    expect(closed).toEqual(['e.onnx', 'f.onnx']);
  });

  it('of a former state of a file are closed when no work holds them any more', async () => {
    const { get, closed, cache } = cacheThatGivesBack(1);
    const held = await get('h.onnx');
    await cache.hold(held, async () => {
      await get('h.onnx');
      expect(closed).toEqual([]);
    });
    expect(closed).toEqual(['h.onnx']);
  });

  it('that are checkpoints take the place of one another, and what serves the next one is kept', async () => {
    const { get, closed, release, onFull } = cacheThatGivesBack(0.5);
    await get('i.onnx', true);
    await get('j.onnx', true);
    expect(closed).toEqual(['i.onnx']);
    expect(release).not.toHaveBeenCalled();
    expect(onFull).not.toHaveBeenCalled();
    await get('k.onnx');
    expect(closed).toEqual(['i.onnx', 'j.onnx']);
    expect(release).toHaveBeenCalledOnce();
  });

  it('that are checkpoints are few, however small and many they are', async () => {
    const { get, closed } = cacheThatGivesBack(1, { bytes: MiB, content: SMALL });
    await get('own.onnx');
    for (let step = 0; step < 30; step++) await get(`step-${step}.onnx`, true);
    expect(closed).toEqual(Array.from({ length: 22 }, (_, step) => `step-${step}.onnx`));
  });

  it('are too many for a process that does not get its memory back, but the first never is', async () => {
    const { get, onFull } = cacheThatGivesBack(0);
    await get('c.onnx');
    expect(onFull).not.toHaveBeenCalled();
    await get('d.onnx');
    expect(onFull).toHaveBeenCalledOnce();
  });
});

/** Bytes of arrays that something still refers to. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return process.memoryUsage().arrayBuffers;
}

it('of an open model the runtime alone holds the weights', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-'));
  const file = path.join(folder, 'large.onnx');
  const before = heldBytes();
  writeLargeModel(file, 1);
  const state = await readState({ file, weights: null });
  const model = await openModel(
    state,
    NO_CHOICE,
    { exchange: new WeightExchange(), shared: null, kept: null, cardUse: null, cacheFolder: folder },
    call(),
  );
  await model.explainerOf(USUAL, call());
  // 68 MiB of weights
  await vi.waitFor(() => {
    expect(heldBytes() - before).toBeLessThan(10 * MiB);
  });
  await model.dispose();
  rmSync(folder, { recursive: true });
});
