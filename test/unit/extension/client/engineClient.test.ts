import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { EngineClient, SUPERSEDED } from '../../../../src/extension/client/engineClient.js';
import { forkEngine } from '../../../../src/extension/client/engineProcess.js';

const PROGRAM = join(import.meta.dirname, 'fakeEngine.mjs');
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

function start(program: string, cancelGraceMs = 200): EngineClient {
  const write = (line: string): void => void log.push(line);
  const made = new EngineClient({
    launch: () => {
      launches++;
      return forkEngine(program, 'the cache');
    },
    log: { info: write, warn: write },
    cancelGraceMs,
  });
  made.onDeath(() => deaths++);
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
    await ask('answer');
    const waiting = new AbortController();
    const { answer: other } = await asked('obey', waiting);
    await ask(`dieOnce:${mark}`);
    waiting.abort(SUPERSEDED);
    await expect(other).rejects.toMatchObject(failure('cancelled'));
    expect(launches).toBe(2);
  });

  it('ends in an error when it happens again, and the next request works', async () => {
    await expect(ask('die')).rejects.toThrow('The background process ended (exit code 7).');
    expect(launches).toBe(2);
    expect(deaths).toBe(2);
    await ask('answer');
    expect(launches).toBe(3);
  });

  it('is none where the engine ends to give its memory back: it is replaced unnoticed', async () => {
    const waiting = new AbortController();
    const { answer: other } = await asked('obey', waiting);
    const marked = (): string => `recycleOnce:${join(folder, `mark${++marks}`)}`;
    expect(await ask(marked())).toHaveProperty('pid');
    expect(await ask(marked())).toHaveProperty('pid');
    waiting.abort(SUPERSEDED);
    await expect(other).rejects.toMatchObject(failure('cancelled'));
    expect(launches).toBe(3);
    expect(deaths).toBe(0);
    expect(log.join()).not.toContain('unexpectedly');
  });

  it('is noticed when the program cannot even start', async () => {
    client.dispose();
    client = start(join(folder, 'missing.js'));
    await expect(ask('answer')).rejects.toMatchObject({ name: 'EngineDied' });
  });
});

describe('cancellation', () => {
  it('reaches the engine, which goes on living', async () => {
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

  it.each(['hang', 'block'])(
    'kills an engine that does not obey (%s); others are repeated',
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

  it('does not kill for an answer that is merely superseded', async () => {
    client.dispose();
    client = start(PROGRAM, 0);
    const controller = new AbortController();
    const { answer: stuck } = await asked('hang', controller);
    const settled = vi.fn();
    stuck.then(settled, settled);
    controller.abort(SUPERSEDED);
    // Round trips to the process take longer than the grace of 0 ms.
    await ask('answer');
    await ask('answer');
    expect(settled).not.toHaveBeenCalled();
    expect(launches).toBe(1);
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

function aborted(): AbortController {
  const controller = new AbortController();
  controller.abort();
  return controller;
}
