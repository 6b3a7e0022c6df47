import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { IdleWork } from '../../../../src/engine/idleWork.js';
import { Lanes } from '../../../../src/engine/lanes.js';
import type { Lane } from '../../../../src/protocol/engineApi.js';
import { call } from '../calls.js';

const LEISURE_MS = 1000;

let lanes: Lanes;
let idle: IdleWork;
let log: ReturnType<typeof vi.fn<(line: string) => void>>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  lanes = new Lanes();
  log = vi.fn();
  idle = new IdleWork(lanes, { log, leisureMs: LEISURE_MS });
});
afterEach(() => {
  vi.useRealTimers();
});

const work = () => vi.fn(() => Promise.resolve());

test.each<[Lane | undefined, number]>([
  ['person', LEISURE_MS],
  [undefined, LEISURE_MS],
])('behind a call of the lane %s it begins after %i ms', async (lane, ms) => {
  const done = work();
  idle.putOff(lane, done);
  await vi.advanceTimersByTimeAsync(ms - 1);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(done).toHaveBeenCalledOnce();
});

test('behind a job it begins at once', async () => {
  const done = work();
  idle.putOff('job', done);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(0);
  expect(done).toHaveBeenCalledOnce();
});

test('what comes next takes its place, and the time begins anew', async () => {
  const [first, second] = [work(), work()];
  idle.putOff('person', first);
  await vi.advanceTimersByTimeAsync(LEISURE_MS - 1);
  idle.putOff('person', second);
  await vi.advanceTimersByTimeAsync(LEISURE_MS - 1);
  expect(second).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(first).not.toHaveBeenCalled();
  expect(second).toHaveBeenCalledOnce();
});

test('it lets go first whoever comes while it works', async () => {
  const order: string[] = [];
  let asked: Promise<unknown> = Promise.resolve();
  idle.putOff('job', async (giveWay) => {
    asked = lanes.run(call(), () => Promise.resolve(order.push('person')));
    await giveWay();
    order.push('idle');
  });
  await vi.advanceTimersByTimeAsync(1);
  await asked;
  await vi.waitFor(() => {
    expect(order).toEqual(['person', 'idle']);
  });
});

test('at the end nothing begins, and what has begun ends where it would give way', async () => {
  const [never, rest] = [work(), vi.fn()];
  let goOn = (): void => undefined;
  idle.putOff('job', async (giveWay) => {
    await new Promise<void>((resolve) => (goOn = resolve));
    await giveWay();
    rest();
  });
  await vi.advanceTimersByTimeAsync(1);
  idle.putOff('person', never);
  idle.end();
  goOn();
  await vi.advanceTimersByTimeAsync(2 * LEISURE_MS);
  // Its turn is over.
  await lanes.run(call(), () => Promise.resolve());
  expect(rest).not.toHaveBeenCalled();
  expect(never).not.toHaveBeenCalled();
  expect(log).not.toHaveBeenCalled();
});

test('what goes wrong in it is for the log, and no turn is lost', async () => {
  idle.putOff('job', () => Promise.reject(new Error('broken')));
  await vi.advanceTimersByTimeAsync(1);
  await lanes.run(call(), () => Promise.resolve());
  expect(log).toHaveBeenCalledWith(expect.stringContaining('broken'));
});
