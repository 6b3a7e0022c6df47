import { beforeEach, describe, expect, it, vi } from 'vitest';

import { SUPERSEDED } from '../../../../src/extension/client/engineClient.js';
import { cancelled } from '../../../../src/extension/client/engineError.js';
import { NeedRunner } from '../../../../src/extension/panel/needRunner.js';
import type { NeedSubject } from '../../../../src/extension/panel/needRunner.js';
import type { Call, CompareRequest } from '../../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../../src/protocol/explanation.js';
import type { MethodId } from '../../../../src/protocol/methods.js';
import type { ModelInfo } from '../../../../src/protocol/model.js';
import type { HostMessage, Need, NeedPart } from '../../../../src/protocol/panel.js';

const layer = (tensor: string, channels: number): ModelInfo['layers'][number] => ({
  tensor,
  path: tensor,
  op: 'Relu',
  channels,
  height: 1,
  width: 1,
  tokens: false,
  blockedBy: null,
});
const MODEL: ModelInfo = {
  path: '/ws/a.onnx',
  opset: 17,
  producer: 'test',
  input: { name: 'x', shape: [1, 3, 2, 2] },
  output: { name: 'y', shape: [1, 3] },
  tree: [],
  layers: [layer('few', 10), layer('many', 30)],
  operators: [],
  labels: ['ape', 'bee', 'cat'],
  preprocessing: {
    fit: 'crop',
    resize: 2,
    inputWidth: 2,
    inputHeight: 2,
    interpolation: 'bilinear',
    range: [0, 1],
    mean: [0],
    std: [1],
    channelOrder: 'RGB',
    layout: 'NCHW',
  },
  preprocessingSource: 'model',
};
const SUBJECT: NeedSubject = {
  revision: 7,
  model: MODEL,
  opening: { model: MODEL.path, settings: {}, source: { kind: 'image', path: '/ws/1.png' } },
};

interface Asked {
  readonly request: CompareRequest;
  readonly call: Call;
  answer(): void;
  fail(error: Error): void;
}

let asked: Asked[];
let posted: HostMessage[];
let runner: NeedRunner;

beforeEach(() => {
  asked = [];
  posted = [];
  runner = new NeedRunner({
    engine: {
      compare: (request, call) =>
        new Promise((resolve, reject) => {
          call.signal.addEventListener('abort', () => {
            reject(cancelled());
          });
          const answer = (): void => {
            resolve(request.methods.map(explanationOf));
          };
          asked.push({ request, call, answer, fail: reject });
        }),
    },
    describe: (error) => `described: ${String(error)}`,
    post: (message) => posted.push(message),
  });
});

function explanationOf(method: MethodId): Explanation {
  return {
    model: MODEL.path,
    method,
    predictions: [],
    probabilities: Float32Array.of(1),
    target: { index: 0, label: 'ape', probability: 1, logit: 1 },
    layers: [],
    blocked: [],
  };
}

function need(id: number, ...parts: readonly Partial<NeedPart>[]): Need {
  const part: NeedPart = { methods: ['cam'], targets: [0], layers: ['few'], top: 3, carried: false };
  return { id, revision: SUBJECT.revision, parts: parts.map((change) => ({ ...part, ...change })) };
}

/** The n-th call of the engine, once it has been made. */
async function call(n: number): Promise<Asked> {
  return vi.waitFor(
    () => {
      const one = asked[n];
      if (one === undefined) throw new Error(`Call ${n} was not made`);
      return one;
    },
    { interval: 1 },
  );
}

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
    for (let n = 0; n < 4; n++) (await call(n)).answer();
    await settled();
    expect(asked.map(({ request }) => [request.methods, request.layers])).toEqual([
      [
        ['cam', 'lrp'],
        ['few', 'many'],
      ],
      [['score-cam'], ['few']],
      [['score-cam'], ['many']],
      [['clrp'], ['few']],
    ]);
    expect(methods()).toEqual([
      [['cam', 'lrp'], false],
      [['score-cam'], false],
      [['score-cam'], false],
      [['clrp'], false],
    ]);
    expect(statuses()).toEqual([[1, 'done']]);
    expect(asked[0]?.request).toMatchObject(SUBJECT.opening);
  });

  it('shows what is known before a layer is finished, and how far all forward passes are', async () => {
    runner.resume(SUBJECT);
    runner.ask(need(1, { methods: ['score-cam'], layers: ['few', 'many'] }));
    const first = await call(0);
    first.call.progress('score', 0.5);
    first.call.partial?.([explanationOf('score-cam')]);
    first.answer();
    (await call(1)).call.progress('score', 0.5);
    expect(methods()).toEqual([
      [['score-cam'], true],
      [['score-cam'], false],
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
    const stale = await call(0);
    runner.ask(need(2, { methods: ['lrp'] }));
    expect(stale.call.signal.reason).toBe(SUPERSEDED);
    stale.call.progress('score', 0.5);
    stale.call.partial?.([explanationOf('score-cam')]);
    (await call(1)).answer();
    await settled();
    expect(methods()).toEqual([[['lrp'], false]]);
    expect(statuses()).toEqual([[2, 'done']]);
  });

  it('ends when nothing is needed any more', async () => {
    runner.resume(SUBJECT);
    runner.ask(need(1, {}, {}));
    const { call: ofFirst } = await call(0);
    runner.ask(null);
    await settled();
    expect(ofFirst.signal.aborted).toBe(true);
    expect(asked).toHaveLength(1);
    expect(posted).toEqual([]);
  });

  it('says what went wrong', async () => {
    runner.resume(SUBJECT);
    runner.ask(need(1, {}, {}));
    (await call(0)).fail(new Error('broken'));
    await settled();
    expect(of('needStatus').map(({ status }) => status)).toEqual([
      { kind: 'error', text: 'described: Error: broken' },
    ]);
    expect(asked).toHaveLength(1);
  });
});

describe('the explanation', () => {
  it('goes first: a need that is under way begins again after it', async () => {
    runner.resume(SUBJECT);
    runner.ask(need(1, { methods: ['score-cam'] }));
    const { call: ofFirst } = await call(0);
    runner.pause();
    expect(ofFirst.signal.reason).toBe(SUPERSEDED);
    await settled();
    expect(asked).toHaveLength(1);
    runner.resume(SUBJECT);
    (await call(1)).answer();
    await settled();
    expect(statuses()).toEqual([[1, 'done']]);
  });

  it('of another revision leaves the need to be asked anew', async () => {
    runner.pause();
    runner.ask(need(1, {}));
    runner.resume({ ...SUBJECT, revision: 8 });
    await settled();
    expect(asked).toEqual([]);
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
