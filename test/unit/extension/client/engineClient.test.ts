import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { EngineClient, SUPERSEDED } from '../../../../src/extension/client/engineClient.js';
import type { EngineClientOptions } from '../../../../src/extension/client/engineClient.js';
import { forkEngine } from '../../../../src/extension/client/forkEngine.js';

const PROGRAM = join(import.meta.dirname, 'fakeEngine.mjs');
const GRACE_MS = 200;
const PATIENCE = { timeout: 60_000 };
const folder = mkdtempSync(join(tmpdir(), 'relevance-cam-'));
let marks = 0;

let client: EngineClient;
let log: string[];
let launches: number;
let deaths: number;

beforeEach(() => {
  log = [];
  launches = 0;
  deaths = 0;
  client = start(PROGRAM);
});
afterEach(() => {
  client.dispose();
});

function start(
  program: string,
  times: Pick<EngineClientOptions, 'cancelGraceMs' | 'lingerMs'> = { cancelGraceMs: GRACE_MS },
): EngineClient {
  const write = (line: string): void => void log.push(line);
  const made = new EngineClient({
    launch: () => {
      launches++;
      return forkEngine(program, 'the cache');
    },
    log: { info: write, warn: write },
    ...times,
  });
  made.onEvent((event) => {
    if (event === 'died') deaths++;
  });
  return made;
}

function ask(model: string, controller = new AbortController(), onProgress = vi.fn()): Promise<unknown> {
  return client.open({ model, settings: {} }, { signal: controller.signal, progress: onProgress });
}

/** Asks, and waits until the engine works on it. */
async function asked(model: string, controller: AbortController): Promise<{ answer: Promise<unknown> }> {
  return new Promise((resolve) => {
    const answer: Promise<unknown> = ask(
      model,
      controller,
      vi.fn(() => {
        resolve({ answer });
      }),
    );
    answer.catch(() => undefined);
  });
}

const failure = (code: string): object => ({ failure: { code } });

describe('the engine as the host sees it', () => {
  it('is not started before it is needed, and once for all requests', async () => {
    expect(launches).toBe(0);
    await Promise.all([ask('answer'), ask('answer')]);
    await ask('answer');
    expect(launches).toBe(1);
  });

  it('is told its cache folder and answers with typed arrays', async () => {
    expect(await ask('answer')).toMatchObject({ path: 'the cache', numbers: new Float32Array([1, 2.5, -3]) });
  });

  it('reports progress of the call that asked', async () => {
    const mine = vi.fn();
    const other = vi.fn();
    await Promise.all([
      ask('answer', undefined, mine),
      ask('refuse', undefined, other).catch(() => undefined),
    ]);
    expect(mine.mock.calls).toEqual([['read', 0.5]]);
    expect(other.mock.calls).toEqual([['read', 0.5]]);
  });

  it('turns a refusal into a typed error and goes on', async () => {
    await expect(ask('refuse')).rejects.toMatchObject(failure('notOnnx'));
    await ask('answer');
    expect(launches).toBe(1);
  });

  it('writes what the process prints into the log', async () => {
    await ask('answer');
    await vi.waitFor(() => {
      expect(log).toContain('doing answer');
    });
  });
});

describe('a death of the process', () => {
  it('is answered by one restart that repeats what was asked', async () => {
    const answers = await Promise.all([ask('answer'), ask(`dieOnce:${join(folder, `mark${++marks}`)}`)]);
    expect(answers[1]).toHaveProperty('pid');
    expect(launches).toBe(2);
    expect(deaths).toBe(1);
  });

  it('is repeated for every request under way', async () => {
    const mark = join(folder, `mark${++marks}`);
    const { answer: other } = await asked(`aside:${mark}`, new AbortController());
    const answers = await Promise.all([ask(`dieOnce:${join(folder, `mark${++marks}`)}`), ask('answer')]);
    writeFileSync(mark, '');
    expect(pidOf(await other)).toBe(pidOf(answers[0]));
    expect(launches).toBe(2);
  });

  it('ends in an error when it happens again, and the next request works', async () => {
    await expect(ask('die')).rejects.toThrow('The background process ended (exit code 7).');
    expect(launches).toBe(2);
    expect(deaths).toBe(2);
    await ask('answer');
    expect(launches).toBe(3);
  });

  it('is not held against a request that waited for its turn', async () => {
    const killers = [ask('die'), ask('die'), ask('die')].map((answer) => answer.catch(() => 'died'));
    expect(await ask('answer')).toHaveProperty('pid');
    expect(await Promise.all(killers)).toEqual(['died', 'died', 'died']);
    expect(deaths).toBe(6);
  });

  it('is noticed when the program cannot even start', async () => {
    client.dispose();
    client = start(join(folder, 'missing.js'));
    await expect(ask('answer')).rejects.toMatchObject({ name: 'EngineDied' });
  });
});

describe('a process that is full', () => {
  const marked = (): string => `fullOnce:${join(folder, `mark${++marks}`)}`;

  it('is replaced unnoticed, and what waited is asked again', async () => {
    const answers = await Promise.all([ask('answer'), ask(marked()), ask('answer'), ask('answer')]);
    const [before, ...after] = answers.map(pidOf);
    expect(new Set(after).size).toBe(1);
    expect(after).not.toContain(before);
    expect(launches).toBe(2);
    expect(deaths).toBe(0);
    expect(log.join()).not.toContain('unexpectedly');
  });

  it('delivers what it has begun, while another takes what comes, and then ends', async () => {
    const mark = join(folder, `mark${++marks}`);
    const { answer: begun } = await asked(`aside:${mark}`, new AbortController());
    const next = pidOf(await ask(marked()));
    expect(pidOf(await ask('answer'))).toBe(next);
    writeFileSync(mark, '');
    const former = pidOf(await begun);
    expect(former).not.toBe(next);
    await vi.waitFor(() => {
      expect(isRunning(former)).toBe(false);
    }, PATIENCE);
    expect(pidOf(await ask('answer'))).toBe(next);
    expect(deaths).toBe(0);
  });

  it('is replaced once for nothing: a new one that is full too says so in words', async () => {
    await expect(ask('full')).rejects.toMatchObject(failure('full'));
    expect(launches).toBe(2);
    await ask('answer');
    expect(launches).toBe(3);
  });

  it('is replaced as often as others make progress', async () => {
    const answers = Array.from({ length: 6 }, () => [ask('answer'), ask(marked())]).flat();
    expect(await Promise.all(answers)).toHaveLength(12);
    expect(launches).toBeLessThanOrEqual(7);
  });
});

describe('a process with nothing to do', () => {
  it('lingers, then goes; the next request starts another unnoticed', async () => {
    client.dispose();
    client = start(PROGRAM, { lingerMs: 0 });
    const first = pidOf(await ask('answer'));
    await vi.waitFor(() => {
      expect(isRunning(first)).toBe(false);
    }, PATIENCE);
    expect(pidOf(await ask('answer'))).not.toBe(first);
    expect(launches).toBe(2);
    expect(deaths).toBe(0);
  });

  it('does not go while something is under way', async () => {
    client.dispose();
    client = start(PROGRAM, { lingerMs: 0 });
    const mark = join(folder, `mark${++marks}`);
    const { answer } = await asked(`aside:${mark}`, new AbortController());
    await ask('answer');
    writeFileSync(mark, '');
    expect(await answer).toHaveProperty('pid');
    expect(launches).toBe(1);
  });
});

describe('cancellation', () => {
  it('reaches the engine, which goes on living', async () => {
    client.dispose();
    client = start(PROGRAM, { cancelGraceMs: PATIENCE.timeout });
    const controller = new AbortController();
    const { answer } = await asked('obey', controller);
    controller.abort();
    await expect(answer).rejects.toMatchObject(failure('cancelled'));
    await ask('answer');
    expect(launches).toBe(1);
  });

  it('is not sent for a call that was cancelled before it began', async () => {
    await expect(ask('answer', aborted())).rejects.toMatchObject(failure('cancelled'));
  });

  it('is answered at once for a call that waits, and kills nothing', async () => {
    client.dispose();
    client = start(PROGRAM, { cancelGraceMs: 0 });
    await asked('obey', new AbortController());
    const waiting = new AbortController();
    const queued = ask('answer', waiting);
    waiting.abort();
    await expect(queued).rejects.toMatchObject(failure('cancelled'));
    // Many times the grace, which is 0 ms.
    await vi.waitFor(() => {
      expect(log).toContain('doing obey');
    });
    await roundTrips();
    expect(launches).toBe(1);
  });

  it('kills nothing that makes way while others work', async () => {
    client.dispose();
    client = start(PROGRAM, { cancelGraceMs: 1 });
    const controller = new AbortController();
    const { answer: stuck } = await asked(`aside:${join(folder, 'never')}`, controller);
    const mark = join(folder, `mark${++marks}`);
    const { answer: other } = await asked(`aside:${mark}`, new AbortController());
    controller.abort();
    await expect(stuck).rejects.toMatchObject(failure('cancelled'));
    await roundTrips();
    writeFileSync(mark, '');
    await other;
    expect(launches).toBe(1);
  });

  it.each(['hang', 'block'])(
    'kills an engine that does not obey (%s); others are repeated unnoticed',
    async (behaviour) => {
      const controller = new AbortController();
      const { answer: stuck } = await asked(behaviour, controller);
      const other = ask('answer');
      controller.abort();
      await expect(stuck).rejects.toMatchObject(failure('cancelled'));
      await other;
      await ask('answer');
      expect(launches).toBe(2);
      expect(deaths).toBe(0);
    },
  );

  it('gives a call that is merely superseded ten times as long', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    try {
      const controller = new AbortController();
      const { answer: stuck } = await asked('hang', controller);
      const other = ask('answer');
      controller.abort(SUPERSEDED);
      await expect(stuck).rejects.toMatchObject(failure('cancelled'));
      vi.advanceTimersByTime(10 * GRACE_MS - 1);
      expect(log.join()).not.toContain('did not obey');
      vi.advanceTimersByTime(1);
      await other;
      expect(launches).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('restart and end', () => {
  it('repeats what is under way after a restart by the user, however often', async () => {
    const controller = new AbortController();
    const { answer: stuck } = await asked('obey', controller);
    for (let i = 0; i < 3; i++) {
      client.restart();
      await ask('answer');
    }
    controller.abort();
    await expect(stuck).rejects.toMatchObject(failure('cancelled'));
    expect(launches).toBe(4);
    expect(deaths).toBe(0);
  });

  it('cancels what is under way when it is disposed, and starts nothing more', async () => {
    const { answer: stuck } = await asked('hang', new AbortController());
    client.dispose();
    await expect(stuck).rejects.toMatchObject(failure('cancelled'));
    await expect(ask('answer')).rejects.toMatchObject(failure('cancelled'));
    expect(launches).toBe(1);
  });
});

/** Longer than a grace of 0 or 1 ms. */
async function roundTrips(): Promise<void> {
  for (let i = 0; i < 5; i++) await ask('ping');
}

function pidOf(answer: unknown): number {
  if (typeof answer !== 'object' || answer === null || !('pid' in answer)) throw new Error('no answer');
  return Number(answer.pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function aborted(): AbortController {
  const controller = new AbortController();
  controller.abort();
  return controller;
}
