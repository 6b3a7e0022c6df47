import { beforeEach, describe, expect, test } from 'vitest';
import { PATIENCE_MS, SETTLE_MS } from '../../../src/checkpoints/settling.js';
import type { RunSource } from '../../../src/checkpoints/runSource.js';
import { POLL_MS, RunWatch } from '../../../src/checkpoints/watch.js';
import type { Clock, FileSystem } from '../../../src/checkpoints/world.js';

/** A clock that goes only when it is told to. */
class TestClock implements Clock {
  #now = 1_000_000;
  #alarms: { readonly at: number; readonly ring: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, ring: () => void): () => void {
    const alarm = { at: this.#now + milliseconds, ring };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Lets time pass, and everything happen that it brings. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#alarms.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#alarms = this.#alarms.filter((other) => other !== next);
      this.#now = next.at;
      next.ring();
      await settled();
    }
    this.#now = end;
  }
}

/** All that is under way without the world has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

class TestFiles implements FileSystem {
  readonly #clock: Clock;
  readonly content = new Map<
    string,
    { readonly text: string; readonly mtimeMs: number; readonly node: string }
  >();
  reachable = true;
  #nodes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  write(path: string, text: string): void {
    this.content.set(path, { text, mtimeMs: this.#clock.now(), node: String(++this.#nodes) });
  }

  list(): ReturnType<FileSystem['list']> {
    const all = [...this.content].map(([path, { text, mtimeMs, node }]) => ({
      path,
      size: text.length,
      mtimeMs,
      node,
    }));
    return Promise.resolve(this.reachable ? all : null);
  }

  digest(file: string): Promise<string | null> {
    return Promise.resolve(this.content.get(file.replace('/runs/', ''))?.text ?? null);
  }
}

let clock = new TestClock();
let files = new TestFiles(clock);
/** What was seen at each change: names with states. */
let told: string[] = [];

beforeEach(() => {
  clock = new TestClock();
  files = new TestFiles(clock);
  told = [];
});

function watching(source: RunSource = { folder: '/runs', files: null }): RunWatch {
  const watch: RunWatch = new RunWatch({
    source,
    files,
    clock,
    onChange: () => {
      told.push(seenIn(watch));
    },
  });
  return watch;
}

function seenIn({ runs }: RunWatch): string {
  return runs
    .flatMap(({ checkpoints }) => checkpoints.map(({ name, state }) => `${name} ${state}`))
    .join(', ');
}

const LONG_AGO = 60_000;

test('what was written long ago is there at once', async () => {
  files.write('epoch_1.onnx', 'a');
  files.write('epoch_2.onnx', 'b');
  await clock.pass(LONG_AGO);
  const watch = watching();
  await watch.look();
  expect(told).toEqual(['epoch_1.onnx whole, epoch_2.onnx whole']);
  await clock.pass(10 * POLL_MS);
  expect(told).toHaveLength(1);
});

describe('a file being written', () => {
  test('is waited for until it stands still, however slowly it grows', async () => {
    const watch = watching();
    await watch.look();
    for (let length = 1; length < 20; length++) {
      files.write('epoch_1.onnx', 'x'.repeat(length));
      await clock.pass(SETTLE_MS - 50);
    }
    expect(told).toEqual(['epoch_1.onnx writing']);
    await clock.pass(2 * SETTLE_MS);
    expect(told).toEqual(['epoch_1.onnx writing', 'epoch_1.onnx whole']);
  });

  test('is waited for where only its external data grow', async () => {
    const watch = watching();
    await watch.look();
    files.write('epoch_1.onnx', 'graph');
    for (let length = 1; length < 8; length++) {
      files.write('epoch_1.onnx.data', 'x'.repeat(length));
      await clock.pass(SETTLE_MS - 50);
    }
    expect(told).toEqual(['epoch_1.onnx writing']);
    await clock.pass(2 * SETTLE_MS);
    expect(told.at(-1)).toBe('epoch_1.onnx whole');
  });

  test('that pauses and is no whole is waited for until it changes again', async () => {
    files.write('epoch_1.onnx', 'half');
    await clock.pass(LONG_AGO);
    const watch = watching();
    await watch.look();
    const [first] = watch.runs[0]?.checkpoints ?? [];
    const identity = first?.identity ?? '';
    expect(watch.refuse('epoch_1.onnx', identity)).toBe(true);
    await clock.pass(PATIENCE_MS / 2);
    expect(told).toEqual(['epoch_1.onnx whole', 'epoch_1.onnx writing']);
    expect(watch.runs[0]?.checkpoints[0]?.identity).toBeNull();
    // Nobody writes for so long: it is what it is, and may be told so.
    await clock.pass(PATIENCE_MS);
    expect(told.at(-1)).toBe('epoch_1.onnx whole');
    expect(watch.refuse('epoch_1.onnx', identity)).toBe(false);
    files.write('epoch_1.onnx', 'half and half');
    await clock.pass(LONG_AGO);
    expect(told.at(-1)).toBe('epoch_1.onnx whole');
  });
});

describe('afterwards', () => {
  test('a new file appears without any event', async () => {
    const watch = watching();
    await watch.look();
    await clock.pass(POLL_MS / 2);
    files.write('epoch_1.onnx', 'a');
    await clock.pass(POLL_MS);
    expect(told).toEqual(['epoch_1.onnx writing', 'epoch_1.onnx whole']);
  });

  test('an event is answered at once, and many by one look', async () => {
    const watch = watching();
    await watch.look();
    files.write('epoch_1.onnx', 'a');
    for (let i = 0; i < 50; i++) {
      watch.poke();
      await clock.pass(10);
    }
    expect(told).toEqual(['epoch_1.onnx writing']);
  });

  test('an overwritten file keeps its identity until the new one is whole', async () => {
    files.write('last.onnx', 'a');
    await clock.pass(LONG_AGO);
    const watch = watching();
    await watch.look();
    const identity = (): string | null | undefined => watch.runs[0]?.checkpoints[0]?.identity;
    const first = identity();
    files.write('last.onnx', 'ab');
    watch.poke();
    await clock.pass(150);
    expect([told.at(-1), identity()]).toEqual(['last.onnx writing', first]);
    await clock.pass(POLL_MS);
    expect(told.at(-1)).toBe('last.onnx whole');
    expect(identity()).not.toBe(first);
  });

  test('a deleted file stays, marked, in its place; one that never was whole goes', async () => {
    files.write('epoch_1.onnx', 'a');
    files.write('epoch_2.onnx', 'b');
    await clock.pass(LONG_AGO);
    const watch = watching();
    await watch.look();
    files.write('epoch_3.onnx', 'c');
    watch.poke();
    await clock.pass(150);
    files.content.delete('epoch_1.onnx');
    files.content.delete('epoch_3.onnx');
    await clock.pass(2 * POLL_MS);
    expect(seenIn(watch)).toBe('epoch_1.onnx deleted, epoch_2.onnx whole');
    files.write('epoch_1.onnx', 'a');
    await clock.pass(2 * POLL_MS);
    expect(seenIn(watch)).toBe('epoch_1.onnx whole, epoch_2.onnx whole');
  });

  test('a deleted file stays for the next watch too', async () => {
    files.write('epoch_1.onnx', 'a');
    files.write('epoch_2.onnx', 'b');
    await clock.pass(LONG_AGO);
    const watch = watching();
    await watch.look();
    const [first] = watch.runs[0]?.checkpoints ?? [];
    files.content.delete('epoch_1.onnx');
    await watch.look();
    const options = { source: watch.source, files, clock, onChange: () => undefined };
    const next = new RunWatch({ ...options, deleted: watch.deleted });
    await next.look();
    expect(seenIn(next)).toBe('epoch_1.onnx deleted, epoch_2.onnx whole');
    expect(next.runs[0]?.checkpoints[0]?.identity).toBe(first?.identity);
    files.write('epoch_1.onnx', 'a');
    await clock.pass(LONG_AGO);
    await next.look();
    expect(seenIn(next)).toBe('epoch_1.onnx whole, epoch_2.onnx whole');
  });

  test('a folder that is out of reach takes nothing away', async () => {
    files.write('epoch_1.onnx', 'a');
    await clock.pass(LONG_AGO);
    const watch = watching();
    await watch.look();
    files.reachable = false;
    await clock.pass(2 * POLL_MS);
    expect([watch.found, seenIn(watch)]).toEqual([false, 'epoch_1.onnx whole']);
    files.reachable = true;
    await clock.pass(2 * POLL_MS);
    expect([watch.found, told.length]).toEqual([true, 3]);
  });

  test('nothing is told or looked for once it is over', async () => {
    const watch = watching();
    await watch.look();
    watch.dispose();
    files.write('epoch_1.onnx', 'a');
    await clock.pass(LONG_AGO);
    expect(told).toEqual([]);
  });
});

test('a copy is told by its content', async () => {
  files.write('epoch_1.ckpt', 'one');
  files.write('epoch_2.ckpt', 'two');
  files.write('last.ckpt', 'two');
  files.write('swa.ckpt', 'avg');
  await clock.pass(LONG_AGO);
  const watch = watching();
  await watch.look();
  expect(seenIn(watch)).toBe('epoch_1.ckpt whole, epoch_2.ckpt whole, swa.ckpt whole');
});

test('of a glob what matches counts, new files too, each folder a run', async () => {
  for (const path of ['a/epoch_1.pth', 'a/ema_1.pth', 'b/epoch_1.pth', 'b/c/epoch_1.pth', 'graph.onnx'])
    files.write(path, path);
  await clock.pass(LONG_AGO);
  const watch = watching({ folder: '/runs', files: '*/epoch_*.pth' });
  await watch.look();
  const shown = (): unknown =>
    watch.runs.map(({ name, graphs, checkpoints }) => [name, graphs, checkpoints.map((one) => one.name)]);
  expect(shown()).toEqual([
    ['a', ['graph.onnx'], ['epoch_1.pth']],
    ['b', ['graph.onnx'], ['epoch_1.pth']],
  ]);
  files.write('b/ema_2.pth', 'ema');
  files.write('b/epoch_2.pth', 'new');
  await clock.pass(POLL_MS + 2 * SETTLE_MS);
  expect(shown()).toEqual([
    ['a', ['graph.onnx'], ['epoch_1.pth']],
    ['b', ['graph.onnx'], ['epoch_1.pth', 'epoch_2.pth']],
  ]);
  expect(watch.name).toBe('runs/*/epoch_*.pth');
});

test('of chosen files no others count', async () => {
  files.write('a/best.onnx', 'a');
  files.write('b/best.onnx', 'b');
  files.write('b/best.onnx.data', 'd');
  files.write('c/best.onnx', 'c');
  await clock.pass(LONG_AGO);
  const watch = watching({ folder: '/runs', files: ['a/best.onnx', 'b/best.onnx'] });
  await watch.look();
  expect(watch.runs.map(({ checkpoints }) => checkpoints.map((one) => one.files))).toEqual([
    [['a/best.onnx'], ['b/best.onnx', 'b/best.onnx.data']],
  ]);
});
