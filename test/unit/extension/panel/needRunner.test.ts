import { beforeEach, describe, expect, it } from 'vitest';

import { SUPERSEDED } from '../../../../src/extension/client/engineClient.js';
import { cancelled } from '../../../../src/extension/client/engineError.js';
import { NeedRunner } from '../../../../src/extension/panel/needRunner.js';
import type { NeedSubject } from '../../../../src/extension/panel/needRunner.js';
import type { CompareRequest, SanityRequest } from '../../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../../src/protocol/explanation.js';
import type { MethodId } from '../../../../src/protocol/methods.js';
import type { HostMessage, Need, NeedPart } from '../../../../src/protocol/panel.js';
import type { SanityPart, SanityResult } from '../../../../src/protocol/sanity.js';
import { layerOf, MODEL } from '../../models.js';
import { Calls } from './calls.js';

const LAYERS = [layerOf('few', { channels: 10 }), layerOf('many', { channels: 30 })];
const SUBJECT: NeedSubject = {
  ref: { image: '/ws/1.png', model: MODEL.path, revision: 7 },
  model: { ...MODEL, layers: LAYERS },
  opening: { model: MODEL.path, settings: {}, source: { kind: 'image', path: '/ws/1.png' } },
};

let comparisons: Calls<CompareRequest, Explanation[]>;
let checks: Calls<SanityRequest, SanityResult>;
let posted: HostMessage[];
let runner: NeedRunner;

beforeEach(() => {
  comparisons = new Calls(({ methods }) => methods.map(explanationOf));
  checks = new Calls(() => checkedTo(2));
  posted = [];
  runner = new NeedRunner({
    engine: { compare: comparisons.make, sanity: checks.make },
    describe: (error) => `described: ${String(error)}`,
    post: (message) => posted.push(message),
  });
});

function explanationOf(method: MethodId): Explanation {
  return {
    model: MODEL.path,
    method,
    predictions: [],
    values: Float32Array.of(1),
    probabilities: Float32Array.of(1),
    apart: null,
    target: { index: 0, label: 'ape', probability: 1, value: 1, logit: 1 },
    layers: [],
    blocked: [],
  };
}

function need(id: number, ...parts: readonly Partial<NeedPart>[]): Need {
  const part: NeedPart = { methods: ['cam'], targets: [0], layers: ['few'], top: 3, carried: false };
  return { kind: 'maps', id, subject: SUBJECT.ref, parts: parts.map((change) => ({ ...part, ...change })) };
}

const PART: SanityPart = { method: 'cam', target: 3, tensor: 'few' };

/** The original and so many of two modules. */
function checkedTo(modules: number): SanityResult {
  const { target } = explanationOf('cam');
  const map = Float32Array.of(1, 2);
  const steps = Array.from({ length: modules + 1 }, () => ({ map, spearman: 1, ssim: 1 }));
  const chain = { method: 'cam', tensor: 'few', height: 1, width: 2, steps } as const;
  return { modules: ['fc', 'conv'], pictures: [{ target, chains: [chain] }] };
}

function checkNeed(id: number): Need {
  return { kind: 'sanity', id, subject: SUBJECT.ref, parts: [PART] };
}

/** How many steps the page has been told of, message by message. */
const told = (): unknown[] => of('sanity').map(({ check }) => [check.tensor, check.steps.length]);

/** Every turn that is due has been taken. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function of<T extends HostMessage['type']>(type: T): Extract<HostMessage, { type: T }>[] {
  const isOfType = (message: HostMessage): message is Extract<HostMessage, { type: T }> =>
    message.type === type;
  return posted.filter(isOfType);
}

const statuses = (): unknown[] => of('needStatus').map(({ id, status }) => [id, status.kind]);
const methods = (): unknown[] =>
  of('results').map(({ partial, explanations }) => [explanations.map(({ method }) => method), partial]);

describe('a need', () => {
  it('is answered part by part, what comes in one run before what takes a pass a channel', async () => {
    runner.resume(SUBJECT);
    runner.ask(
      need(1, { methods: ['score-cam', 'cam', 'lrp'], layers: ['few', 'many'] }, { methods: ['clrp'] }),
    );
    for (let n = 0; n < 4; n++) (await comparisons.nth(n)).answer();
    await settled();
    expect(comparisons.made.map(({ request }) => [request.methods, request.layers])).toEqual([
      [
        ['cam', 'lrp'],
        ['few', 'many'],
      ],
      [['score-cam'], ['few']],
      [['score-cam'], ['many']],
      [['clrp'], ['few']],
    ]);
    expect(methods()).toEqual([
      [['cam', 'lrp'], null],
      [['score-cam'], null],
      [['score-cam'], null],
      [['clrp'], null],
    ]);
    expect(statuses()).toEqual([[1, 'done']]);
    expect(comparisons.made[0]?.request).toMatchObject(SUBJECT.opening);
  });

  it('shows what is known before a layer is finished, and how far all forward passes are', async () => {
    runner.resume(SUBJECT);
    runner.ask(need(1, { methods: ['score-cam'], layers: ['few', 'many'] }));
    const first = await comparisons.nth(0);
    first.call.progress('score', 0.5);
    first.call.partial?.([explanationOf('score-cam')]);
    first.answer();
    (await comparisons.nth(1)).call.progress('score', 0.5);
    expect(methods()).toEqual([
      [['score-cam'], 0.5],
      [['score-cam'], null],
    ]);
    // 5 of the 40 channels, then 10 and half of 30.
    expect(of('needStatus').map(({ status }) => status)).toEqual([
      { kind: 'working', stage: 'score', fraction: 0.125 },
      { kind: 'working', stage: 'score', fraction: 0.625 },
    ]);
  });

  it('is replaced by the next, and nothing more is heard of it', async () => {
    runner.resume(SUBJECT);
    runner.ask(need(1, { methods: ['score-cam'] }));
    const stale = await comparisons.nth(0);
    runner.ask(need(2, { methods: ['lrp'] }));
    expect(stale.call.signal.reason).toBe(SUPERSEDED);
    stale.call.progress('score', 0.5);
    stale.call.partial?.([explanationOf('score-cam')]);
    (await comparisons.nth(1)).answer();
    await settled();
    expect(methods()).toEqual([[['lrp'], null]]);
    expect(statuses()).toEqual([[2, 'done']]);
  });

  it('ends when nothing is needed any more', async () => {
    runner.resume(SUBJECT);
    runner.ask(need(1, {}, {}));
    const { call: ofFirst } = await comparisons.nth(0);
    runner.ask(null);
    await settled();
    expect(ofFirst.signal.aborted).toBe(true);
    expect(comparisons.made).toHaveLength(1);
    expect(posted).toEqual([]);
  });

  it('says what went wrong', async () => {
    runner.resume(SUBJECT);
    runner.ask(need(1, {}, {}));
    (await comparisons.nth(0)).fail(new Error('broken'));
    await settled();
    expect(of('needStatus').map(({ status }) => status)).toEqual([
      { kind: 'error', text: 'described: Error: broken' },
    ]);
    expect(comparisons.made).toHaveLength(1);
  });
});

describe('the explanation', () => {
  it('goes first: a need that is under way begins again after it', async () => {
    runner.resume(SUBJECT);
    runner.ask(need(1, { methods: ['score-cam'] }));
    const { call: ofFirst } = await comparisons.nth(0);
    runner.pause();
    expect(ofFirst.signal.reason).toBe(SUPERSEDED);
    await settled();
    expect(comparisons.made).toHaveLength(1);
    runner.resume(SUBJECT);
    (await comparisons.nth(1)).answer();
    await settled();
    expect(statuses()).toEqual([[1, 'done']]);
  });

  it.each([
    ['revision', { revision: 8 }],
    ['model', { model: '/other.onnx' }],
    ['picture', { image: '/ws/2.png' }],
  ])('of another %s leaves the need to be asked anew', async (_, change) => {
    runner.pause();
    runner.ask(need(1, {}));
    runner.resume({ ...SUBJECT, ref: { ...SUBJECT.ref, ...change } });
    await settled();
    expect(comparisons.made).toEqual([]);
  });

  it('that failed ends the need, and every need until there is one', () => {
    runner.pause();
    runner.ask(need(1, {}));
    runner.resume(null);
    runner.ask(need(2, {}));
    expect(statuses()).toEqual([
      [1, 'cancelled'],
      [2, 'cancelled'],
    ]);
  });
});

it('that the engine’s client gives up is cancelled, and has not failed', async () => {
  runner.resume(SUBJECT);
  runner.ask(need(1, {}));
  (await comparisons.nth(0)).fail(cancelled());
  await settled();
  expect(statuses()).toEqual([[1, 'cancelled']]);
});

describe('a sanity check', () => {
  it('is told step by step, as a job', async () => {
    runner.resume(SUBJECT);
    runner.ask(checkNeed(1));
    const check = await checks.nth(0);
    const { request, call } = check;
    expect(request).toMatchObject({ model: MODEL.path, methods: ['cam'], target: 3, layers: ['few'] });
    expect(request.sources).toEqual([SUBJECT.opening.source]);
    expect(call.lane).toBe('job');
    call.progress('run', 0.5);
    call.sanity?.(checkedTo(0));
    call.sanity?.(checkedTo(1));
    check.answer();
    await settled();
    expect(told()).toEqual([1, 2, 3].map((steps) => ['few', steps]));
    expect(of('sanity')[0]).toMatchObject({
      subject: SUBJECT.ref,
      check: { ...PART, modules: ['fc', 'conv'] },
    });
    expect(statuses()).toEqual([
      [1, 'working'],
      [1, 'done'],
    ]);
  });

  it('that is stopped is kept as far as it came, and told again to a page that begins anew', async () => {
    runner.resume(SUBJECT);
    runner.ask(checkNeed(1));
    const { call } = await checks.nth(0);
    call.sanity?.(checkedTo(0));
    call.sanity?.(checkedTo(1));
    runner.ask(null);
    call.sanity?.(checkedTo(2));
    posted.length = 0;
    runner.tellKept();
    expect(told()).toEqual([['few', 2]]);
  });

  it('that was stopped goes on where it was', async () => {
    runner.resume(SUBJECT);
    runner.ask(checkNeed(1));
    const { request, call } = await checks.nth(0);
    call.sanity?.(checkedTo(1));
    runner.ask(null);
    runner.ask(checkNeed(2));
    const again = await checks.nth(1);
    expect(request.known).toEqual([[]]);
    expect(again.request.known).toEqual([
      [{ ...checkedTo(1).pictures[0]?.chains[0], target: 3, modules: ['fc', 'conv'] }],
    ]);
  });

  it('of another revision is not told again', async () => {
    runner.resume(SUBJECT);
    runner.ask(checkNeed(1));
    (await checks.nth(0)).answer();
    await settled();
    posted.length = 0;
    runner.resume({ ...SUBJECT, ref: { ...SUBJECT.ref, revision: 8 } });
    runner.tellKept();
    expect(posted).toEqual([]);
  });
});
