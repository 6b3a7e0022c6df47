import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import { fail } from '../../../src/engine/failure.js';
import { Lanes } from '../../../src/engine/lanes.js';
import type { Lane } from '../../../src/protocol/engineApi.js';
import { call } from './calls.js';

/** Work in steps, between which it gives way; time is counted in steps of all. */
interface Work {
  readonly lane: Lane;
  readonly steps: number;
  readonly fails: boolean;
  readonly comesAt: number;
  readonly cancelledAt: number | null;
}

const LAST = 12;
const work = fc.record<Work>({
  lane: fc.constantFrom<Lane>('person', 'job'),
  steps: fc.integer({ min: 1, max: 5 }),
  fails: fc.boolean(),
  comesAt: fc.nat(LAST),
  cancelledAt: fc.option(fc.nat(LAST)),
});

interface Course {
  /** Of each step, whose it was. */
  readonly steps: readonly number[];
  readonly ends: readonly string[];
}

describe('work in lanes', () => {
  test('takes turns as a naive list of who waits says, and every piece comes to its own end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(work, { minLength: 1, maxLength: 12 }), async (all) => {
        expect(await actual(all)).toEqual(naive(all));
      }),
    );
  });

  test('that has begun goes on when they are closed; nothing else begins', async () => {
    const lanes = new Lanes();
    const refusal = fail('full', {});
    const begun = lanes.run({ ...call(), lane: 'job' }, async ({ giveWay }) => {
      const waiting = lanes.run(call(), () => Promise.resolve('never'));
      lanes.close(refusal);
      await expect(waiting).rejects.toBe(refusal);
      await giveWay();
      return 'done';
    });
    expect(await begun).toBe('done');
    await expect(lanes.run(call(), () => Promise.resolve('never'))).rejects.toBe(refusal);
  });

  test('that waits says so, what begins at once does not', async () => {
    const lanes = new Lanes();
    const [first, second] = [vi.fn(), vi.fn()];
    const begun = lanes.run({ ...call(), progress: first }, () => Promise.resolve());
    const waiting = lanes.run({ ...call(), progress: second }, () => Promise.resolve());
    expect(second.mock.calls).toEqual([['wait', null]]);
    await Promise.all([begun, waiting]);
    expect(first).not.toHaveBeenCalled();
  });

  test('that waits is dropped as soon as it is cancelled', async () => {
    const lanes = new Lanes();
    const controller = new AbortController();
    await lanes.run(call(), async () => {
      const waiting = lanes.run(call(controller.signal), () => Promise.resolve('never'));
      controller.abort();
      await expect(waiting).rejects.toMatchObject({ failure: { code: 'cancelled' } });
    });
  });
});

async function actual(all: readonly Work[]): Promise<Course> {
  const lanes = new Lanes();
  const controllers = all.map(() => new AbortController());
  const steps: number[] = [];
  const ends: Promise<string>[] = [];
  let clock = 0;
  const tick = (): void => {
    all.forEach(({ comesAt, cancelledAt }, index) => {
      if (comesAt === clock) begin(index);
      if (cancelledAt === clock) controllers[index]?.abort();
    });
    clock++;
  };
  const begin = (index: number): void => {
    const { lane = 'job', steps: count = 0, fails = false } = all[index] ?? {};
    const end = lanes.run({ ...call(controllers[index]?.signal), lane }, async ({ giveWay }) => {
      for (let step = 0; step < count; step++) {
        if (step > 0) await giveWay();
        steps.push(index);
        tick();
      }
      if (fails) throw new Error('failed');
      return 'done';
    });
    ends[index] = end.catch((error: unknown) => (error instanceof Error ? error.message : ''));
  };
  const untilIdle = async (): Promise<readonly string[]> => {
    const known = [...ends];
    const found = await Promise.all(known);
    return ends.every((end, index) => end === known[index]) ? found : untilIdle();
  };
  // Time also passes while there is nothing to do.
  while (clock <= LAST) {
    tick();
    await untilIdle();
  }
  return { steps, ends: await untilIdle() };
}

function naive(all: readonly Work[]): Course {
  const steps: number[] = [];
  const ends: string[] = all.map(({ fails }) => (fails ? 'failed' : 'done'));
  const left = all.map(({ steps: count }) => count);
  let waiting: number[] = [];
  let working: number | null = null;
  for (let clock = 0; clock <= LAST || working !== null; clock++) {
    const stepping = working;
    if (stepping !== null) steps.push(stepping);
    all.forEach(({ comesAt, cancelledAt, steps: count }, index) => {
      if (comesAt === clock && cancelledAt !== null && cancelledAt < clock) ends[index] = 'cancelled';
      else if (comesAt === clock && working === null) working = index;
      else if (comesAt === clock) waiting.push(index);
      if (cancelledAt === clock && waiting.includes(index) && left[index] === count) {
        ends[index] = 'cancelled';
        waiting = waiting.filter((other) => other !== index);
      }
    });
    if (stepping === null) continue;
    left[stepping] = (left[stepping] ?? 0) - 1;
    if (left[stepping] > 0) waiting.push(stepping);
    const next: number | null = waiting.find((index) => all[index]?.lane === 'person') ?? waiting[0] ?? null;
    waiting = waiting.filter((index) => index !== next);
    working = next;
  }
  return { steps, ends };
}
