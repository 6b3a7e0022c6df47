// Graphs as ONNX Runtime optimised them, kept for engines to come.
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { floatTensor } from '../../../src/engine/onnx/tensor.js';
import { KeptGraphs } from '../../../src/engine/runtime/keptGraphs.js';
import { createSession } from '../../../src/engine/runtime/session.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { call } from './calls.js';
import { graphOf, node } from './graphs.js';

const SAMPLE = path.resolve(import.meta.dirname, '../../../media/sample');

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'relevance-cam-kept-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(parent, { recursive: true });
});

/** The files of what is kept, the large ones of each graph last. */
function filesKept(): readonly string[] {
  const names = readdirSync(parent, { recursive: true, encoding: 'utf8' });
  const ofGraphs = names.filter((name) => /^relevance-cam-graphs.*\.(onnx|bin)$/.test(name));
  return ofGraphs.sort().map((name) => path.join(parent, name));
}

describe('engines', () => {
  /** Explains all layers in an engine of its own; whether the session came from what was kept, and what was found. */
  async function explained(
    keepsGraphs: boolean,
  ): Promise<{ readonly fromKept: boolean; readonly found: Explanation }> {
    const create = vi.spyOn(ort.InferenceSession, 'create');
    const engine = new Engine({ cacheFolder: parent, log: () => undefined, keepsGraphs });
    const source = { kind: 'image', path: path.join(SAMPLE, 'pictures/bird-cat-cup.png') } as const;
    const asked = { method: 'relevance-cam', target: null, layers: null, top: 3 } as const;
    const model = path.join(SAMPLE, 'sample.onnx');
    const found = await engine.explain({ model, settings: {}, source, ...asked }, call());
    if (keepsGraphs) await expect.poll(filesKept, { timeout: 10_000 }).toHaveLength(2);
    await engine.dispose();
    const fromKept = create.mock.calls.some(([from]) => typeof from === 'string');
    create.mockRestore();
    return { fromKept, found };
  }

  test('explain by what another one has kept, bit for bit', async () => {
    const alone = await explained(false);
    expect(filesKept()).toEqual([]);
    const first = await explained(true);
    const second = await explained(true);
    expect([alone, first, second].map(({ fromKept }) => fromKept)).toEqual([false, false, true]);
    expect(first.found).toEqual(alone.found);
    expect(second.found).toEqual(alone.found);
  });

  test.each([
    [
      'the weights end early',
      (weights: string) => {
        truncateSync(weights, 64);
      },
    ],
    [
      'the graph is none',
      (_: string, graph: string) => {
        writeFileSync(graph, 'no graph');
      },
    ],
    [
      'the weights are missing',
      (weights: string) => {
        rmSync(weights);
      },
    ],
  ])('compile anew where %s', async (_, damage) => {
    const whole = await explained(true);
    const [graph = '', weights = ''] = filesKept();
    damage(weights, graph);
    const damaged = await explained(true);
    expect(damaged.found).toEqual(whole.found);
    expect((await explained(true)).fromKept).toBe(true);
  });
});

describe('what is kept', () => {
  /** Doubles its input, by a weight of 4 KiB, and adds a number that tells it from others. */
  const graph = (plus: number): ReturnType<typeof graphOf> =>
    graphOf([1, 1024], [node('Mul', ['x', 'two'], ['doubled']), node('Add', ['doubled', 'plus'], ['y'])], {
      two: floatTensor(new Array<number>(1024).fill(2), [1024]),
      plus: floatTensor([plus], []),
    });

  /** What a graph puts out for ones, and whether its session had to be made. */
  async function run(
    kept: KeptGraphs,
    plus: number,
  ): Promise<{ readonly value: unknown; readonly isMade: boolean }> {
    let isMade = false;
    const one = graph(plus);
    const session = await kept.session(
      one,
      { file: 'model.onnx', options: {}, scratch: parent },
      (options) => {
        isMade = true;
        return createSession(one, 'model.onnx', options);
      },
    );
    const ones = new ort.Tensor('float32', new Float32Array(1024).fill(1), [1, 1024]);
    const value = (await session.run({ x: ones }))['y']?.data[0];
    await session.dispose();
    return { value, isMade };
  }

  const graphsKept = (): number => filesKept().filter((file) => file.endsWith('.onnx')).length;

  test('is known by its content', async () => {
    const kept = new KeptGraphs(parent);
    expect(await run(kept, 1)).toEqual({ value: 3, isMade: true });
    await expect.poll(graphsKept).toBe(1);
    expect(await run(new KeptGraphs(parent), 1)).toEqual({ value: 3, isMade: false });
    expect(await run(kept, 2)).toEqual({ value: 4, isMade: true });
  });

  test('is bounded, and what was used longest ago goes first', async () => {
    // Each takes some 5 KiB: three have room.
    const kept = new KeptGraphs(parent, 18_000);
    const known: string[] = [];
    for (const plus of [1, 2, 3]) {
      await run(kept, plus);
      await expect.poll(graphsKept).toBe(plus);
      known.push(...filesKept().filter((file) => file.endsWith('.onnx') && !known.includes(file)));
    }
    const past = new Date(Date.now() - 60_000);
    for (const file of known) utimesSync(file, past, new Date(past.getTime() + known.indexOf(file)));
    await run(kept, 1);
    await run(kept, 4);
    await expect.poll(() => known.map((file) => existsSync(file))).toEqual([true, false, true]);
  });

  test('is nothing that would take all the room', async () => {
    const kept = new KeptGraphs(parent, 4096);
    await run(kept, 1);
    expect((await run(kept, 1)).isMade).toBe(true);
    expect(filesKept()).toEqual([]);
  });
});
