import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CheckpointExplainer } from '../../../../src/checkpoints/explaining.js';
import type { ResultStore, StoredResult } from '../../../../src/checkpoints/store.js';
import type { RunWatch } from '../../../../src/checkpoints/watch.js';
import type { ListedFile } from '../../../../src/checkpoints/world.js';
import { EngineError } from '../../../../src/extension/client/engineError.js';
import { Runs } from '../../../../src/extension/checkpoints/runs.js';
import { TimelineSession } from '../../../../src/extension/checkpoints/timelineSession.js';
import type { Call, CompareRequest, EngineApi, OpenRequest } from '../../../../src/protocol/engineApi.js';
import type { ErrorCode } from '../../../../src/protocol/errors.js';
import type { Explanation } from '../../../../src/protocol/explanation.js';
import type {
  TimelineHostMessage,
  TimelineNeed,
  TimelineSnapshot,
} from '../../../../src/protocol/timeline.js';
import { temporaryFolder } from '../../image/helpers.js';
import { MODEL } from '../../models.js';

const folder = temporaryFolder();

/** The files of the run, as the disk would list them. */
let files: ListedFile[] = [];
/** What the engine was asked to explain: file, class and layers. */
let asked: [string, number | null, readonly string[] | null][] = [];
/** What opening or explaining a file fails with. */
let failing = new Map<string, ErrorCode>();
let told: TimelineHostMessage[] = [];
/** Answers wait for this. */
let gate: Promise<void> = Promise.resolve();
let now = 0;
let runs: Runs | undefined;
let session: TimelineSession | undefined;
let picture = '';
const store = { current: memoryStore() };

beforeEach(async () => {
  files = [];
  asked = [];
  told = [];
  failing = new Map();
  gate = Promise.resolve();
  now = 1_000_000;
  store.current = memoryStore();
  picture = await folder.write('picture.png', 'pixels');
});

afterEach(() => {
  session?.dispose();
  runs?.dispose();
});

function memoryStore(): ResultStore {
  const results = new Map<string, StoredResult>();
  return {
    get: (key) => Promise.resolve(results.get(key) ?? null),
    put(key, result) {
      results.set(key, result);
      return Promise.resolve();
    },
  };
}

function write(name: string, size: number): void {
  files = [
    ...files.filter(({ path }) => path !== name),
    { path: name, size, mtimeMs: now - 60_000, node: name },
  ];
}

function prediction(index: number): Explanation['target'] {
  return { index, label: `class ${index}`, probability: 0.5, value: 1, logit: 1 };
}

/** Every checkpoint predicts the class that is its step. */
const engine = {
  async open({ model, weights }: OpenRequest, { signal }: Call) {
    await gate;
    signal.throwIfAborted();
    refuse(model);
    if (weights?.reference === null) refuse(weights.file);
    return { ...MODEL, path: model, labels: Array.from({ length: 20 }, (_, index) => `class ${index}`) };
  },
  async compare(
    { model, weights, targets, layers }: CompareRequest,
    { signal }: Call,
  ): Promise<readonly Explanation[]> {
    const [target = null] = targets;
    const name = (weights?.file ?? model).split('/').at(-1) ?? '';
    asked.push([name, target, layers]);
    await gate;
    signal.throwIfAborted();
    refuse(model);
    const step = Number(/\d+/.exec(name)?.[0]);
    const layer = {
      channels: 1,
      height: 1,
      width: 1,
      map: Float32Array.of(1),
      weights: null,
      top: [],
      relevanceSum: 1,
    };
    return [
      {
        model,
        method: 'relevance-cam',
        predictions: [prediction(step)],
        values: new Float32Array(20),
        probabilities: new Float32Array(20),
        apart: null,
        target: prediction(target ?? step),
        layers: (layers ?? ['a', 'b']).map((tensor) => ({ ...layer, tensor })),
        blocked: [],
      },
    ];
  },
  picture: () =>
    Promise.resolve({
      width: 1,
      height: 1,
      rgba: new Uint8ClampedArray(4),
      crop: { x: 0, y: 0, width: 1, height: 1 },
      originalWidth: 1,
      originalHeight: 1,
      seen: null,
    }),
  thumbnail: () => Promise.reject(new Error('not asked')),
  annotations: () => Promise.resolve({ regions: [], failures: [] }),
  truth: () => Promise.reject(new Error('not asked for')),
} satisfies Partial<EngineApi>;

function refuse(model: string): void {
  const code = failing.get(model.split('/').at(-1) ?? '');
  if (code !== undefined) throw new EngineError({ code, parameters: { file: model }, detail: '' });
}

/** A timeline of the runs that are added. */
function watched(expected: number | null): Runs {
  const all = new Runs({
    files: { list: () => Promise.resolve(files), digest: () => Promise.resolve(null) },
    clock: { now: () => now, after: () => () => undefined },
    remembered: [],
    remember: () => undefined,
    chosen: {},
    rememberChosen: () => undefined,
    watchFolder: () => ({ dispose: () => undefined }),
  });
  const shown = new TimelineSession(
    {
      engine: { ...engine, ...unused },
      explainer: new CheckpointExplainer({ engine, store: store.current, version: '1' }),
      settingsOf: () => ({}),
      expectedClass: () => expected,
      describe: (error) => (error instanceof EngineError ? error.failure.code : String(error)),
      noGraph: 'no graph',
      notFound: 'not found',
      post: (message) => told.push(message),
      opened: () => undefined,
      predicted: () => undefined,
    },
    { pictures: [picture], method: 'relevance-cam', targets: {} },
  );
  all.onDidChange(() => {
    shown.show(all.all);
  });
  runs = all;
  session = shown;
  return all;
}

/** A timeline of the files, whose page has begun to listen. */
async function started(expected: number | null = null): Promise<{ runs: Runs; session: TimelineSession }> {
  const all = watched(expected);
  const shown = session;
  if (shown === undefined) throw new Error('no session');
  await all.add({ folder: '/runs', files: null });
  shown.greet();
  await vi.waitFor(() => {
    expect(snapshot().pictures[0]?.target).not.toBeNull();
  });
  return { runs: all, session: shown };
}

const unused = {
  explain: () => Promise.reject(new Error('not asked')),
  tryPresets: () => Promise.reject(new Error('not asked')),
  evaluate: () => Promise.reject(new Error('not asked')),
  exportLayer: () => Promise.reject(new Error('not asked')),
  sanity: () => Promise.reject(new Error('not asked')),
};

function snapshot(): TimelineSnapshot {
  const last = told.findLast((message) => message.type === 'snapshot');
  if (last === undefined) throw new Error('no snapshot');
  return last.timeline;
}

function states(): string {
  return snapshot()
    .runs.flatMap(({ checkpoints }) => checkpoints.map(({ step, state }) => `${step} ${state.kind}`))
    .join(', ');
}

/** What the page has of each step: layers. */
function results(): Record<string, string[]> {
  const steps = new Map(
    snapshot().runs.flatMap(({ checkpoints }) => checkpoints.map((one) => [one.id, one.step])),
  );
  const found: Record<string, string[]> = {};
  for (const message of told)
    if (message.type === 'results')
      for (const { checkpoint, layers } of message.results)
        (found[String(steps.get(checkpoint))] ??= []).push(...layers.map(({ tensor }) => tensor));
  return found;
}

/** Needs a layer of every checkpoint, the newest first. */
function needAll(layers: readonly string[] = ['a'], id = 1): TimelineNeed {
  const { runs: shown, pictures } = snapshot();
  const checkpoints = shown.flatMap((run) => run.checkpoints.map((one) => one.id)).reverse();
  return { id, parts: [{ checkpoints, pictures: pictures.map((one) => one.id), layers }] };
}

/** The folder is looked through again. */
async function look({ all }: Runs): Promise<void> {
  const watches: RunWatch[] = [...new Set(all.map(({ watch }) => watch))];
  for (const watch of watches) await watch.look();
}

describe('the class explained', () => {
  test('is what the last checkpoint predicts, at every checkpoint', async () => {
    write('epoch_1.onnx', 1);
    write('epoch_7.onnx', 2);
    const { session } = await started();
    expect(snapshot().pictures[0]?.target).toEqual({ index: 7, label: 'class 7', by: 'last' });
    session.answer(needAll());
    await vi.waitFor(() => {
      expect(results()).toEqual({ 7: ['a'], 1: ['a'] });
    });
    expect(asked).toEqual([
      ['epoch_7.onnx', null, []],
      ['epoch_7.onnx', 7, ['a']],
      ['epoch_1.onnx', 7, ['a']],
    ]);
    expect(states()).toBe('1 done, 7 done');
  });

  test('is asked for along with the maps that the page needs by then', async () => {
    write('epoch_1.onnx', 1);
    write('epoch_7.onnx', 2);
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const begun = started();
    await vi.waitFor(() => {
      expect(snapshot().pictures).toHaveLength(1);
    });
    session?.answer(needAll());
    open();
    await begun;
    await vi.waitFor(() => {
      expect(results()).toEqual({ 7: ['a'], 1: ['a'] });
    });
    expect(asked).toEqual([
      ['epoch_7.onnx', null, ['a']],
      ['epoch_1.onnx', 7, ['a']],
    ]);
  });

  test('is the expected one where it is known', async () => {
    write('epoch_7.onnx', 2);
    await started(3);
    expect(snapshot().pictures[0]?.target).toEqual({ index: 3, label: 'class 3', by: 'expected' });
    expect(asked).toEqual([]);
  });

  test('may be chosen, and given up again', async () => {
    write('epoch_7.onnx', 2);
    const { session } = await started(3);
    const id = snapshot().pictures[0]?.id ?? 0;
    session.selectClass(id, 5);
    expect(snapshot().pictures[0]?.target).toMatchObject({ index: 5, by: 'user' });
    session.selectClass(id, null);
    expect(snapshot().pictures[0]?.target).toMatchObject({ index: 3, by: 'expected' });
  });
});

test('nothing is computed twice, not for a page that begins anew nor in another session', async () => {
  write('epoch_1.onnx', 1);
  const { session } = await started();
  session.answer(needAll(['a', 'b']));
  await vi.waitFor(() => {
    expect(results()).toEqual({ 1: ['a', 'b'] });
  });
  const before = asked.length;
  session.greet();
  session.answer(needAll(['b'], 2));
  await vi.waitFor(() => {
    expect(results()).toEqual({ 1: ['a', 'b', 'b'] });
  });
  session.dispose();
  const { session: other } = await started();
  told.length = 0;
  other.greet();
  other.answer(needAll(['a'], 3));
  await vi.waitFor(() => {
    expect(results()).toEqual({ 1: ['a'] });
  });
  expect(asked).toHaveLength(before);
});

test('what the page has forgotten comes again, without being computed again', async () => {
  write('epoch_1.onnx', 1);
  const { session } = await started(0);
  session.answer(needAll(['a', 'b']));
  await vi.waitFor(() => {
    expect(results()).toEqual({ 1: ['a', 'b'] });
  });
  session.answer(null);
  session.answer(needAll(['a'], 2));
  await vi.waitFor(() => {
    expect(results()).toEqual({ 1: ['a', 'b', 'a'] });
  });
  expect(asked).toEqual([['epoch_1.onnx', 0, null]]);
});

test('what a checkpoint predicts is not computed again once any class of it was explained', async () => {
  write('epoch_1.onnx', 1);
  const { runs, session } = await started();
  write('epoch_2.onnx', 1);
  await look(runs);
  session.answer(needAll());
  await vi.waitFor(() => {
    expect(results()).toEqual({ 1: ['a'], 2: ['a'] });
  });
  const before = asked.length;
  session.dispose();
  await started();
  expect(snapshot().pictures[0]?.target).toMatchObject({ index: 2, by: 'last' });
  expect(asked).toHaveLength(before);
});

describe('files', () => {
  test('a new one appears, and an overwritten one gets another number', async () => {
    write('epoch_1.onnx', 1);
    const { runs, session } = await started(0);
    const [first] = snapshot().runs[0]?.checkpoints ?? [];
    write('epoch_1.onnx', 2);
    write('epoch_2.onnx', 2);
    await look(runs);
    now += 60_000;
    await look(runs);
    const checkpoints = snapshot().runs[0]?.checkpoints ?? [];
    expect(checkpoints.map(({ step }) => step)).toEqual([1, 2]);
    expect(checkpoints[0]?.id).not.toBe(first?.id);
    session.answer(needAll());
    await vi.waitFor(() => {
      expect(states()).toBe('1 done, 2 done');
    });
  });

  test('a deleted one keeps what was computed, and nothing else is tried with it', async () => {
    write('epoch_1.onnx', 1);
    write('epoch_2.onnx', 1);
    const { runs, session } = await started(0);
    session.answer(needAll());
    await vi.waitFor(() => {
      expect(states()).toBe('1 done, 2 done');
    });
    files = files.filter(({ path }) => path !== 'epoch_1.onnx');
    await look(runs);
    expect(states()).toBe('1 deleted, 2 done');
    const before = asked.length;
    told.length = 0;
    session.greet();
    session.answer(needAll(['a'], 2));
    await vi.waitFor(() => {
      expect(results()).toEqual({ 1: ['a'], 2: ['a'] });
    });
    session.answer(needAll(['b'], 3));
    await vi.waitFor(() => {
      expect(told.at(-1)).toEqual({ type: 'needStatus', id: 3, status: { kind: 'done' } });
    });
    expect(asked.slice(before).map(([name]) => name)).toEqual(['epoch_2.onnx']);
  });

  test('one that is no whole is waited for, without an error', async () => {
    write('epoch_1.onnx', 1);
    write('epoch_2.onnx', 1);
    failing.set('epoch_2.onnx', 'truncatedModel');
    const { runs, session } = await started(0);
    await look(runs);
    expect(states()).toBe('1 queued, 2 writing');
    session.answer(needAll());
    await vi.waitFor(() => {
      expect(results()).toEqual({ 1: ['a'] });
    });
    expect(JSON.stringify(told)).not.toContain('truncatedModel');
    failing.clear();
    write('epoch_2.onnx', 5);
    await look(runs);
    now += 60_000;
    await look(runs);
    session.answer(needAll(['a'], 2));
    await vi.waitFor(() => {
      expect(states()).toBe('1 done, 2 done');
    });
  });

  test('one that cannot be explained says why, and is tried again when asked', async () => {
    write('epoch_1.onnx', 1);
    write('epoch_2.onnx', 1);
    failing.set('epoch_1.onnx', 'notFiniteWeights');
    const { session } = await started(0);
    session.answer(needAll());
    await vi.waitFor(() => {
      expect(states()).toBe('1 failed, 2 done');
    });
    failing.clear();
    session.retry(snapshot().runs[0]?.checkpoints[0]?.id ?? 0);
    await vi.waitFor(() => {
      expect(states()).toBe('1 done, 2 done');
    });
  });
});

describe('weights alone', () => {
  async function weightsAlone(): Promise<Runs> {
    for (const name of ['epoch_1.pth', 'epoch_2.pth']) {
      write(name, 1);
      failing.set(name, 'strayWeights');
    }
    const all = watched(0);
    await all.add({ folder: '/runs', files: null });
    session?.greet();
    return all;
  }

  test('without a graph ask for it, and are explained once it is chosen', async () => {
    const all = await weightsAlone();
    failing.clear();
    expect(snapshot().runs[0]?.problem).toEqual({ text: 'no graph', remedy: 'chooseGraph' });
    all.choose(all.all[0]?.id ?? '', { graph: '/graph.onnx' });
    await vi.waitFor(() => {
      expect(snapshot().pictures[0]?.target).not.toBeNull();
    });
    expect(snapshot().runs[0]?.problem).toBeNull();
    session?.answer(needAll());
    await vi.waitFor(() => {
      expect(results()).toEqual({ 1: ['a'], 2: ['a'] });
    });
  });

  test('that need a reference ask for it; another one makes all of them others', async () => {
    write('graph.onnx', 1);
    const all = await weightsAlone();
    await vi.waitFor(() => {
      expect(snapshot().runs[0]?.problem).toEqual({ text: 'strayWeights', remedy: 'chooseReference' });
    });
    const id = all.all[0]?.id ?? '';
    all.choose(id, { reference: '/kept.pth' });
    await vi.waitFor(() => {
      expect(snapshot().pictures[0]?.target).not.toBeNull();
    });
    session?.answer(needAll());
    await vi.waitFor(() => {
      expect(states()).toBe('1 done, 2 done');
    });
    const before = asked.length;
    all.choose(id, { reference: '/other.pth' });
    await vi.waitFor(() => {
      expect(snapshot().runs[0]?.model).not.toBeNull();
    });
    expect(states()).toBe('1 queued, 2 queued');
    session?.answer(needAll(['a'], 2));
    await vi.waitFor(() => {
      expect(states()).toBe('1 done, 2 done');
    });
    expect(asked.slice(before)).toEqual([
      ['epoch_2.pth', 0, ['a']],
      ['epoch_1.pth', 0, ['a']],
    ]);
  });
});

test('a run that is faster is kept up with by passing over, until nothing newer waits', async () => {
  write('epoch_1.onnx', 1);
  const { runs, session } = await started(0);
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => {
    open = resolve;
  });
  session.answer(needAll());
  for (const name of ['epoch_2.onnx', 'epoch_3.onnx', 'epoch_4.onnx']) {
    write(name, 1);
    await look(runs);
    now += 1000;
    await look(runs);
  }
  expect(states()).toBe('1 working, 2 skipped, 3 skipped, 4 queued');
  session.answer(needAll(['a'], 2));
  open();
  await vi.waitFor(() => {
    expect(states()).toBe('1 done, 2 done, 3 done, 4 done');
  });
  expect(asked.map(([name]) => name)).toEqual([
    'epoch_1.onnx',
    'epoch_4.onnx',
    'epoch_3.onnx',
    'epoch_2.onnx',
  ]);
});

test('what is not needed any more is not waited for', async () => {
  write('epoch_1.onnx', 1);
  write('epoch_2.onnx', 1);
  const { session } = await started(0);
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const need = needAll();
  session.answer(need);
  expect(states()).toBe('1 queued, 2 working');
  const [part] = need.parts;
  // The page takes its need back before it tells of another one that goes on.
  session.answer(null);
  session.answer({ ...need, id: 2 });
  expect(states()).toBe('1 queued, 2 working');
  session.answer({
    id: 3,
    parts: part === undefined ? [] : [{ ...part, checkpoints: part.checkpoints.slice(1) }],
  });
  open();
  await vi.waitFor(() => {
    expect(states()).toBe('1 done, 2 queued');
  });
});

test('a need is done when all of it is known, not before', async () => {
  write('epoch_1.onnx', 1);
  const { session } = await started(0);
  // Nothing is under way when it comes.
  await vi.waitFor(() => {
    expect(states()).toBe('1 queued');
  });
  session.answer(needAll());
  const isDone = (): boolean =>
    told.some((message) => message.type === 'needStatus' && message.status.kind === 'done');
  expect(isDone()).toBe(false);
  await vi.waitFor(() => {
    expect(isDone()).toBe(true);
  });
  expect(results()).toEqual({ 1: ['a'] });
});
