// Cards that are sessions of the processor and misbehave as told.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as ort from 'onnxruntime-node';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Engine } from '../../../../src/engine/engine.js';
import type { Card } from '../../../../src/engine/runtime/card.js';
import {
  createSession,
  type Feeds,
  type Fetches,
  type Session,
} from '../../../../src/engine/runtime/session.js';
import type { DeviceChoice } from '../../../../src/protocol/device.js';
import type { ExplainRequest } from '../../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../../src/protocol/explanation.js';
import { call } from '../calls.js';

/** So long takes every run, that nothing else that takes time counts beside it. */
const RUN_MS = 50;

vi.mock(import('../../../../src/engine/runtime/session.js'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    createSession: async (...graph) => {
      const session = await actual.createSession(...graph);
      return {
        ...session,
        run: (...values) => {
          for (const started = performance.now(); performance.now() - started < RUN_MS;);
          return session.run(...values);
        },
      };
    },
  };
});

const SAMPLE = path.resolve(import.meta.dirname, '../../../../media/sample');
const request: ExplainRequest = {
  ...{ model: path.join(SAMPLE, 'sample.onnx'), settings: {}, method: 'relevance-cam', target: null },
  ...{
    source: { kind: 'image', path: path.join(SAMPLE, 'pictures/bird-cat-cup.png') },
    layers: null,
    top: 3,
  },
};
/** Which of the outputs asked for the logits are, and a map. */
const LOGITS = 0;
const MAP = 3;

type Run = (session: Session, feeds: Feeds, fetches?: readonly string[]) => Promise<Fetches>;

const run: Run = (session, feeds, fetches) => session.run(feeds, fetches);

/** Computes what it has not computed before, and gives that at once: faster than any processor. */
function remembering(): Run {
  const known = new Map<string, Fetches>();
  return async (session, feeds, fetches) => {
    const hash = createHash('sha256').update(JSON.stringify(fetches));
    for (const [name, { data }] of Object.entries(feeds))
      hash.update(name).update(ArrayBuffer.isView(data) ? new Uint8Array(data.buffer) : '');
    const key = hash.digest('hex');
    const found = known.get(key) ?? (await run(session, feeds, fetches));
    known.set(key, found);
    return found;
  };
}

/** As often as makes any processor faster. */
const slowly: Run = async (session, feeds, fetches) => {
  for (let again = 0; again < 4; again++) await run(session, feeds, fetches);
  return run(session, feeds, fetches);
};

/** With the values of one output changed. */
function changed(place: number, change: (value: number, index: number) => number): Run {
  return async (session, feeds, fetches) => {
    const found = await run(session, feeds, fetches);
    const name = fetches?.[place] ?? '';
    const { data, dims } = found[name] ?? new ort.Tensor('float32', []);
    if (!(data instanceof Float32Array)) throw new Error(`${name} holds no floats`);
    return { ...found, [name]: new ort.Tensor('float32', data.map(change), dims) };
  };
}

let folder: string;
let engines: Engine[];
let made: number;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-card-'));
  engines = [];
  made = 0;
});
afterEach(async () => {
  for (const engine of engines) await engine.dispose();
  rmSync(folder, { recursive: true });
});

function cardThat(runs: Run): Card {
  return {
    name: 'Test 1000',
    identity: 'test',
    session: async (...graph) => {
      made++;
      const session = await createSession(...graph);
      return { ...session, run: (feeds, fetches) => runs(session, feeds, fetches) };
    },
  };
}

function engineWith(
  device: DeviceChoice,
  card: Card | null,
  log: (line: string) => void = () => undefined,
): Engine {
  const engine = new Engine({ cacheFolder: folder, log, device, card, leisureMs: 0 });
  engines.push(engine);
  return engine;
}

/** Explains until the card was tried, which the log says. */
async function tried(card: Card): Promise<{ readonly engine: Engine; readonly first: Explanation }> {
  const said = vi.fn();
  const engine = engineWith('auto', card, said);
  const first = await engine.explain(request, call());
  await vi.waitFor(
    () => {
      expect(said).toHaveBeenCalledWith(expect.stringContaining('graphics card'));
    },
    { timeout: 60_000 },
  );
  return { engine, first };
}

const mapsOf = ({ layers }: Explanation): unknown => layers.map(({ map }) => map);

describe('by itself', () => {
  test('the processor answers first, and a card that is faster takes over', async () => {
    const { engine, first } = await tried(cardThat(remembering()));
    expect(first).not.toHaveProperty('card');
    const second = await engine.explain(request, call());
    expect(second.card).toMatchObject({ kind: 'used', name: 'Test 1000' });
    expect(second.card?.times).toBeGreaterThan(1);
    expect(mapsOf(second)).toEqual(mapsOf(first));
  });

  test('a card that is slower is not used, now or by the next process', async () => {
    const card = cardThat(slowly);
    const { engine } = await tried(card);
    expect(await engine.explain(request, call())).not.toHaveProperty('card');
    expect(made).toBe(1);
    await tried(card);
    expect(made).toBe(1);
  });

  test('what was measured is not measured again', async () => {
    const first = vi.fn(remembering());
    await tried(cardThat(first));
    const second = vi.fn(remembering());
    const { engine } = await tried(cardThat(second));
    expect(second.mock.calls.length).toBeLessThan(first.mock.calls.length);
    expect((await engine.explain(request, call())).card?.kind).toBe('used');
  });

  test('another class and picture go to the card as well', async () => {
    const { engine } = await tried(cardThat(remembering()));
    const other: ExplainRequest = {
      ...request,
      source: { kind: 'image', path: path.join(SAMPLE, 'pictures/cup-fish.png') },
      target: 2,
    };
    const expected = await engineWith('cpu', null).explain(other, call());
    const found = await engine.explain(other, call());
    expect(found.card?.kind).toBe('used');
    expect(mapsOf(found)).toEqual(mapsOf(expected));
  });

  test.each<[string, Run]>([
    ['differs', changed(LOGITS, (value) => 1.01 * value)],
    ['fails', () => Promise.reject(new Error('device lost'))],
  ])('a card that %s as it is tried is not used, without a word', async (_, wrong) => {
    const { engine, first } = await tried(cardThat(wrong));
    const second = await engine.explain(request, call());
    expect(second).not.toHaveProperty('card');
    expect(mapsOf(second)).toEqual(mapsOf(first));
    expect(made).toBe(1);
  });

  test('a request that comes while the card is tried is answered by the processor', async () => {
    const good = cardThat(remembering());
    let asked: Promise<Explanation> | undefined;
    const session: Card['session'] = (...graph) => {
      asked ??= engine.explain(request, call());
      return good.session(...graph);
    };
    const engine: Engine = engineWith('auto', { ...good, session });
    await engine.explain(request, call());
    await vi.waitFor(() => {
      expect(asked).toBeDefined();
    });
    expect(await asked).not.toHaveProperty('card');
  });
});

describe('a card that fails', () => {
  test.each<[string, Run]>([
    ['is lost', () => Promise.reject(new Error('Failed to download data from buffer: device lost'))],
    ['leaves zeros', changed(LOGITS, () => 0)],
    ['computes no numbers', changed(LOGITS, () => NaN)],
  ])('as it %s is replaced, and the request repeated', async (_, fails) => {
    let isBroken = false;
    const good = remembering();
    const { engine, first } = await tried(
      cardThat((...values) => (isBroken ? fails(...values) : good(...values))),
    );
    isBroken = true;
    for (let again = 0; again < 2; again++) {
      const found = await engine.explain(request, call());
      expect(found.card?.kind).toBe('failed');
      expect(mapsOf(found)).toEqual(mapsOf(first));
    }
  });

  test('as its session is made leaves the processor at work', async () => {
    const card: Card = { ...cardThat(run), session: () => Promise.reject(new Error('no memory')) };
    const found = await engineWith('gpu', card).explain(request, call());
    expect(found.card).toMatchObject({ kind: 'failed', reason: 'no memory' });
    expect(found.layers.length).toBeGreaterThan(0);
  });
});

describe('where the user wants it', () => {
  test('it computes the first picture, be it slower', async () => {
    const found = await engineWith('gpu', cardThat(slowly)).explain(request, call());
    expect(found.card).toEqual({ kind: 'used', name: 'Test 1000', times: null, reason: '' });
  });

  test.each<[string, Run]>([
    ['one map', changed(MAP, (value, index) => (index % 7 === 0 ? 1.2 * value : value))],
    ['the logits', changed(LOGITS, (value) => 1.01 * value)],
  ])('a difference in %s is said, and the processor explains', async (_, wrong) => {
    const expected = await engineWith('cpu', null).explain(request, call());
    const found = await engineWith('gpu', cardThat(wrong)).explain(request, call());
    expect(found.card?.kind).toBe('differs');
    expect(mapsOf(found)).toEqual(mapsOf(expected));
  });

  test('that there is none, or no driver for it, is said', async () => {
    const refused = new Error('Failed to get a WebGPU adapter: No supported adapters');
    const without: Card = { ...cardThat(run), session: () => Promise.reject(refused) };
    for (const card of [null, without])
      expect((await engineWith('gpu', card).explain(request, call())).card?.kind).toBe('absent');
  });

  test('Score-CAM, which the processor computes, does not claim it', async () => {
    const engine = engineWith('gpu', cardThat(run));
    const { layers } = await engine.open({ model: request.model, settings: {} }, call());
    const last = layers.slice(-1).map(({ tensor }) => tensor);
    expect(
      await engine.explain({ ...request, method: 'score-cam', layers: last }, call()),
    ).not.toHaveProperty('card');
  });
});
