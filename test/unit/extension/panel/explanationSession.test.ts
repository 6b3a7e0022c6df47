import { beforeEach, describe, expect, it, vi } from 'vitest';

import { SUPERSEDED } from '../../../../src/extension/client/engineClient.js';
import { EngineError } from '../../../../src/extension/client/engineError.js';
import { ExplanationSession } from '../../../../src/extension/panel/explanationSession.js';
import type { CompareRequest, ExplainRequest, ModelChoice } from '../../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../../src/protocol/explanation.js';
import type { ModelInfo } from '../../../../src/protocol/model.js';
import type { HostMessage, Need, Subject } from '../../../../src/protocol/panel.js';
import { layerOf, MODEL } from '../../models.js';
import { Calls } from './calls.js';

let model: ModelInfo;
let found: ModelChoice | null;
let isOwn: boolean;
let expected: number | null;
let openFails: boolean;
let posted: HostMessage[];
/** What was shown, one after the other. */
let subjects: Subject[];
let pictures: number;
let explanations: Calls<ExplainRequest, Explanation>;
let compared: CompareRequest[];
let session: ExplanationSession;

beforeEach(() => {
  model = MODEL;
  found = { model: MODEL.path };
  isOwn = false;
  expected = null;
  openFails = false;
  posted = [];
  subjects = [];
  pictures = 0;
  explanations = new Calls(({ target }) => explanationOf(target ?? 1));
  compared = [];
  session = new ExplanationSession(
    {
      engine: {
        open: () =>
          openFails ? Promise.reject(new Error('broken')) : Promise.resolve(structuredClone(model)),
        picture: () => {
          pictures++;
          return Promise.resolve({
            width: 1,
            height: 1,
            rgba: new Uint8ClampedArray(4),
            crop: { x: 0, y: 0, width: 1, height: 1 },
            seen: null,
            originalWidth: 1,
            originalHeight: 1,
          });
        },
        thumbnail: () => Promise.reject(new Error('not asked')),
        annotations: () => Promise.resolve({ regions: [], failures: [] }),
        truth: () => Promise.reject(new Error('not asked for')),
        explain: explanations.make,
        compare: (request) => {
          compared.push(request);
          return Promise.resolve([]);
        },
        tryPresets: () => Promise.resolve([]),
        evaluate: () => Promise.reject(new Error('not asked')),
        exportLayer: () => Promise.resolve([]),
        sanity: () => Promise.reject(new Error('not asked')),
      },
      of: 0,
      findModel: () => Promise.resolve(found && { choice: found, isOwn }),
      settingsOf: () => ({}),
      topChannels: () => 3,
      shownLayer: ({ layers }) => layers.at(-1)?.tensor ?? null,
      expectedClass: () => expected,
      describe: (error) => (error instanceof EngineError ? error.failure.code : 'unexpected'),
      changed: () => subjects.push(session.subject),
      post: (message) => posted.push(message),
    },
    { path: '/ws/ape/1.png', name: '1.png' },
    { target: null, method: 'relevance-cam' },
  );
});

function explanationOf(index: number): Explanation {
  const target = { index, label: MODEL.labels[index] ?? '', probability: 0.5, value: 0.5, logit: 1 };
  const probabilities = Float32Array.of(0.25, 0.5, 0.25);
  return {
    model: model.path,
    method: 'relevance-cam',
    predictions: [],
    values: probabilities,
    probabilities,
    apart: null,
    target,
    layers: [],
    blocked: [],
  };
}

/** From now on this model is chosen. */
function use(other: ModelInfo): void {
  model = other;
  found = { model: other.path };
}

async function explained(): Promise<void> {
  const done = session.explain();
  (await explanations.nth(explanations.made.length)).answer();
  await done;
}

describe('explaining a picture', () => {
  it('shows the model, then the picture, then the explanation', async () => {
    await explained();
    const seen = subjects.map((s) => [s.model, s.picture, s.explanation].map((part) => part !== null));
    expect(seen).toEqual([
      [false, false, false],
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
    expect(subjects.map(({ status }) => status.kind)).toEqual(['working', 'working', 'working', 'ready']);
  });

  it('by the weights of a checkpoint asks for these in everything', async () => {
    const weights = { file: '/ws/epoch_1.pth', reference: '/ws/epoch_0.pth' };
    model = { ...MODEL, weights: { file: weights.file, entry: null, otherEntries: [], reference: null } };
    found = { model: MODEL.path, weights };
    await explained();
    expect((await explanations.nth(0)).request).toMatchObject({ model: MODEL.path, weights });
    expect(session.opening).toEqual({ model: MODEL.path, weights, settings: {} });
    session.answer({
      kind: 'maps',
      id: 1,
      subject: { image: '/ws/ape/1.png', model: weights.file, revision: session.subject.revision },
      parts: [{ methods: ['grad-cam'], targets: [1], layers: ['a'], top: 3, carried: false }],
    });
    await vi.waitFor(() => {
      expect(compared).toHaveLength(1);
    });
    expect(compared[0]).toMatchObject({ model: MODEL.path, weights });
  });

  it('by another checkpoint of the same graph is another explanation', async () => {
    const of = async (file: string): Promise<number> => {
      model = { ...MODEL, weights: { file, entry: null, otherEntries: [], reference: null } };
      found = { model: MODEL.path, weights: { file, reference: null } };
      await explained();
      return session.subject.revision;
    };
    const first = await of('/ws/epoch_1.pth');
    const second = await of('/ws/epoch_2.pth');
    expect(second).not.toBe(first);
    expect(subjects.some(({ model: shown }) => shown === null)).toBe(true);
  });

  it('shows the layer that is looked at as soon as it is explained, while the others are computed', async () => {
    model = { ...MODEL, layers: [layerOf('early'), layerOf('deep')] };
    const done = session.explain();
    const asked = await explanations.nth(0);
    expect(asked.request.first).toBe('deep');
    const part = { ...explanationOf(1), values: Float32Array.of(1, 2, 3) };
    asked.call.partial?.([part]);
    expect(session.subject).toMatchObject({ status: { kind: 'working' }, explanation: part });
    const { revision } = session.subject;
    asked.answer();
    await done;
    expect(session.subject).toMatchObject({
      status: { kind: 'ready' },
      explanation: explanationOf(1),
      revision,
    });
  });

  it('keeps the explanation on screen while another class is computed', async () => {
    await explained();
    const done = session.selectClass(2);
    const next = await explanations.nth(1);
    expect(session.subject).toMatchObject({
      status: { kind: 'working' },
      explanation: { target: { index: 1 } },
    });
    expect(next.request.target).toBe(2);
    next.answer();
    await done;
    expect(session.subject).toMatchObject({
      status: { kind: 'ready' },
      explanation: { target: { index: 2 } },
    });
    expect(pictures).toBe(1);
  });

  it('keeps model and picture the same objects for every class, so that they are sent once', async () => {
    await explained();
    const { model: opened, picture } = session.subject;
    const done = session.selectClass(2);
    (await explanations.nth(1)).answer();
    await done;
    expect(session.subject.model).toBe(opened);
    expect(session.subject.picture).toBe(picture);
    model = { ...MODEL, labels: ['ape', 'bee', 'dog'] };
    const again = session.explain();
    (await explanations.nth(2)).answer();
    await again;
    expect(session.subject.model).toEqual(model);
  });

  it('reads the picture again when the file or the preprocessing has changed', async () => {
    await explained();
    let done = session.imageChanged();
    (await explanations.nth(1)).answer();
    await done;
    expect(pictures).toBe(2);
    model = { ...MODEL, preprocessing: { ...MODEL.preprocessing, fit: 'squash' } };
    done = session.explain();
    (await explanations.nth(2)).answer();
    await done;
    expect(pictures).toBe(3);
  });

  it('judges the expected class with every explanation', async () => {
    expected = 0;
    await explained();
    expect(session.subject.expected).toEqual({
      index: 0,
      label: 'ape',
      rank: 2,
      probability: 0.25,
      value: 0.25,
    });
    expected = 1;
    session.expectedChanged();
    expect(session.subject.expected).toMatchObject({ label: 'bee', rank: 1 });
  });

  it('tells the model chosen for it alone, which returns with what a cancellation brings back', async () => {
    found = { model: '/ws/own.onnx' };
    isOwn = true;
    await explained();
    expect(session.subject.own).toEqual(found);
    found = { model: MODEL.path };
    isOwn = false;
    const next = session.explain();
    await explanations.nth(1);
    expect(session.subject).toMatchObject({ own: null, explanation: null });
    session.cancel();
    await next;
    expect(session.subject).toMatchObject({ own: { model: '/ws/own.onnx' }, status: { kind: 'ready' } });
  });

  it('says that there is no model', async () => {
    found = null;
    await session.explain();
    expect(session.subject).toMatchObject({ status: { kind: 'noModel' }, model: null });
  });

  it('says what failed, and works again afterwards', async () => {
    const done = session.explain();
    (await explanations.nth(0)).fail(new EngineError({ code: 'notPicture', parameters: {}, detail: '' }));
    await done;
    expect(session.subject.status).toEqual({ kind: 'error', text: 'notPicture' });
    await explained();
    expect(session.subject.status).toEqual({ kind: 'ready' });
  });
});

describe('a request that is superseded', () => {
  it('is cancelled, and its answer is dropped however late it comes', async () => {
    const first = session.explain();
    const stale = await explanations.nth(0);
    const second = session.selectClass(2);
    expect(stale.call.signal.reason).toBe(SUPERSEDED);
    (await explanations.nth(1)).answer();
    await second;
    posted.length = 0;
    subjects.length = 0;
    stale.call.progress('run', 0.5);
    stale.answer();
    await first;
    expect([posted, subjects]).toEqual([[], []]);
    expect(session.subject.explanation?.target.index).toBe(2);
  });
});

describe('a model without layers', () => {
  it('is explained at its pixels, and the next model by the method chosen again', async () => {
    await explained();
    expect(explanations.made[0]?.request).toMatchObject({ method: 'lrp', layers: ['image'] });
    const clrp = session.selectMethod('clrp');
    (await explanations.nth(1)).answer();
    await clrp;
    expect(explanations.made[1]?.request.method).toBe('clrp');
    const other = session.selectMethod('grad-cam');
    (await explanations.nth(2)).answer();
    await other;
    expect(explanations.made[2]?.request.method).toBe('lrp');
    use({ ...MODEL, path: '/deep.onnx', layers: [layerOf('deep')] });
    await explained();
    expect(explanations.made[3]?.request.method).toBe('grad-cam');
  });
});

describe('cancelling', () => {
  it('is shown at once and keeps the explanation and its class', async () => {
    model = { ...MODEL, layers: [layerOf('deep')] };
    await explained();
    const done = session.selectClass(2);
    await explanations.nth(1);
    session.cancel();
    expect(session.subject).toMatchObject({
      status: { kind: 'ready' },
      explanation: { target: { index: 1 } },
    });
    await done;
    const again = session.explain();
    expect((await explanations.nth(2)).request).toMatchObject({ target: null, method: 'relevance-cam' });
    explanations.made[2]?.answer();
    await again;
  });

  it('brings back model, picture and explanation where another model was being opened', async () => {
    await explained();
    const before = session.subject;
    use({ ...MODEL, path: '/ws/b.onnx' });
    const done = session.explain();
    await explanations.nth(1);
    expect(session.subject.explanation).toBeNull();
    session.cancel();
    await done;
    expect(session.subject).toEqual(before);
    // What is exported is of the model shown.
    expect(session.opening?.model).toBe(MODEL.path);
  });

  it('brings back what was shown before what was itself superseded', async () => {
    await explained();
    const before = session.subject;
    use({ ...MODEL, path: '/ws/b.onnx' });
    const passed = session.explain();
    await explanations.nth(1);
    const done = session.selectClass(2);
    await explanations.nth(2);
    session.cancel();
    await Promise.all([passed, done]);
    expect(session.subject).toEqual(before);
  });

  it('brings back what was shown before a part of the next was', async () => {
    await explained();
    const before = session.subject;
    use({ ...MODEL, path: '/ws/b.onnx' });
    const done = session.explain();
    const { call } = await explanations.nth(1);
    call.partial?.([explanationOf(0)]);
    expect(session.subject.explanation?.model).toBe('/ws/b.onnx');
    session.cancel();
    call.partial?.([explanationOf(2)]);
    await done;
    expect(session.subject).toEqual(before);
    session.answer({
      kind: 'maps',
      id: 1,
      subject: { image: '/ws/ape/1.png', model: MODEL.path, revision: before.revision },
      parts: [{ methods: ['grad-cam'], targets: [1], layers: ['a'], top: 3, carried: false }],
    });
    await vi.waitFor(() => {
      expect(compared).toHaveLength(1);
    });
  });

  it('is no failure where there is nothing to show', async () => {
    const done = session.explain();
    const { call } = await explanations.nth(0);
    session.cancel();
    await done;
    expect(session.subject.status).toEqual({ kind: 'cancelled' });
    expect(call.signal.reason).not.toBe(SUPERSEDED);
  });

  it('leaves what is chosen where there is nothing to show, as it leaves the picture', async () => {
    const done = session.selectClass(2);
    await explanations.nth(0);
    session.cancel();
    await done;
    const again = session.explain();
    expect((await explanations.nth(1)).request.target).toBe(2);
    explanations.made[1]?.answer();
    await again;
  });

  it('leaves nothing of a part behind where nothing was shown before', async () => {
    const done = session.explain();
    const { call } = await explanations.nth(0);
    call.partial?.([explanationOf(1)]);
    session.cancel();
    await done;
    expect(session.subject).toMatchObject({ explanation: null, status: { kind: 'cancelled' } });
  });

  it('happens when the panel is closed', async () => {
    const done = session.explain();
    const { call } = await explanations.nth(0);
    posted.length = 0;
    subjects.length = 0;
    session.dispose();
    await done;
    expect(call.signal.aborted).toBe(true);
    expect([posted, subjects]).toEqual([[], []]);
  });
});

describe('another model', () => {
  it('never shows the explanation of the one before', async () => {
    await explained();
    use({ ...MODEL, path: '/ws/b.onnx' });
    const done = session.explain();
    await explanations.nth(1);
    expect(session.subject).toMatchObject({ model: { path: '/ws/b.onnx' }, explanation: null });
    explanations.made[1]?.answer();
    await done;
  });

  it('leaves nothing of the one before when it cannot be opened', async () => {
    await explained();
    found = { model: '/ws/broken.onnx' };
    openFails = true;
    await session.explain();
    expect(session.subject).toMatchObject({ status: { kind: 'error' }, model: null, explanation: null });
  });

  it.each([
    ['keeps the class that it calls by the same name', ['ant', 'bee', 'cat', 'dog'], 2],
    ['forgets a class of another name', ['cat', 'bee', 'ape'], null],
    ['forgets a class that it lacks', ['ape', 'bee'], null],
  ])('%s', async (_, labels, target) => {
    await explained();
    const chosen = session.selectClass(2);
    (await explanations.nth(1)).answer();
    await chosen;
    use({ ...MODEL, path: '/ws/b.onnx', labels });
    const done = session.explain();
    expect((await explanations.nth(2)).request.target).toBe(target);
    explanations.made[2]?.answer();
    await done;
  });
});

describe('a death of the engine', () => {
  it('is said while something is under way, not otherwise', async () => {
    const done = session.explain();
    await explanations.nth(0);
    session.engineDied();
    expect(session.subject.status).toEqual({ kind: 'restarted' });
    explanations.made[0]?.answer();
    await done;
    expect(session.subject.status).toEqual({ kind: 'ready' });
    session.engineDied();
    expect(session.subject.status).toEqual({ kind: 'ready' });
  });
});

describe('the layers that come with an explanation', () => {
  beforeEach(() => {
    use({ ...MODEL, layers: [layerOf('a')] });
  });

  it.each([
    ['all of a method that explains them at once', 'grad-cam', null],
    ['the pixels too, where the method explains them', 'lrp', [MODEL.input.name, 'a']],
    ['none of a method that takes a pass a channel', 'score-cam', []],
  ] as const)('are %s', async (_, method, layers) => {
    const done = session.selectMethod(method);
    expect((await explanations.nth(0)).request).toMatchObject({ method, layers });
    explanations.made[0]?.answer();
    await done;
  });
});

describe('the revision', () => {
  it('stays for another class and another method', async () => {
    await explained();
    const { revision } = session.subject;
    const done = session.selectMethod('cam');
    (await explanations.nth(1)).answer();
    await done;
    expect(session.subject.revision).toBe(revision);
  });

  it.each([
    ['picture', () => session.imageChanged()],
    ['model’s file', () => session.modelChanged()],
    [
      'preprocessing',
      () => {
        model = { ...MODEL, preprocessing: { ...MODEL.preprocessing, fit: 'squash' } };
        return session.explain();
      },
    ],
  ])('changes with the %s, when the new explanation is there', async (_, change) => {
    await explained();
    const { revision } = session.subject;
    const done = change();
    const next = await explanations.nth(1);
    expect(session.subject.revision).toBe(revision);
    next.answer();
    await done;
    expect(session.subject.revision).toBe(revision + 1);
  });
});

describe('what a view needs', () => {
  const need = (): Need => ({
    kind: 'maps',
    id: 1,
    subject: { image: '/ws/ape/1.png', model: MODEL.path, revision: session.subject.revision },
    parts: [{ methods: ['cam'], targets: [2], layers: ['a'], top: 3, carried: true }],
  });
  const statuses = (): unknown[] =>
    posted.flatMap((message) => (message.type === 'needStatus' ? [message.status.kind] : []));

  it('is asked of the engine for the same picture and model', async () => {
    await explained();
    session.answer(need());
    await vi.waitFor(() => {
      expect(statuses()).toEqual(['done']);
    });
    const source = { kind: 'image', path: '/ws/ape/1.png' };
    expect(compared).toMatchObject([
      { model: MODEL.path, source, methods: ['cam'], targets: [2], carried: true },
    ]);
  });

  it('waits for the explanation', async () => {
    await explained();
    const done = session.selectClass(2);
    const next = await explanations.nth(1);
    session.answer(need());
    expect(compared).toEqual([]);
    next.answer();
    await done;
    expect(compared).toHaveLength(1);
  });

  it('is given up where the picture on screen is out of date', async () => {
    await explained();
    const done = session.imageChanged();
    session.answer(need());
    (await explanations.nth(1)).fail(new EngineError({ code: 'notPicture', parameters: {}, detail: '' }));
    await done;
    expect(statuses()).toEqual(['cancelled']);
    expect(compared).toEqual([]);
  });
});

describe('another picture', () => {
  const next = { path: '/ws/ape/2.png', name: '2.png' };
  const place = { place: 2, count: 3 };

  it('is shown with its explanation, for the class and by the method that are chosen', async () => {
    model = { ...MODEL, layers: [layerOf('deep')] };
    await explained();
    const chosen = session.selectClass(2);
    (await explanations.nth(1)).answer();
    await chosen;
    const by = session.selectMethod('grad-cam');
    (await explanations.nth(2)).answer();
    await by;
    const { revision } = session.subject;
    const done = session.selectImage(next, place);
    const call = await explanations.nth(3);
    expect(session.subject).toMatchObject({ image: { name: '1.png' }, status: { kind: 'working' } });
    expect(call.request).toMatchObject({ source: { path: next.path }, target: 2, method: 'grad-cam' });
    call.answer();
    await done;
    expect(session.subject).toMatchObject({ image: next, place, status: { kind: 'ready' } });
    expect(session.subject.revision).toBeGreaterThan(revision);
    expect(pictures).toBe(2);
  });

  it('that cannot be read leaves nothing of the one before under its name', async () => {
    await explained();
    openFails = true;
    await session.selectImage(next, place);
    expect(session.subject).toMatchObject({
      image: next,
      picture: null,
      explanation: null,
      status: { kind: 'error' },
    });
  });

  it('gives way to the one before when it is cancelled', async () => {
    await explained();
    session.placed({ place: 1, count: 3 });
    const done = session.selectImage(next, place);
    await explanations.nth(1);
    session.cancel();
    const again = session.selectClass(2);
    const call = await explanations.nth(2);
    expect(call.request.source).toEqual({ kind: 'image', path: '/ws/ape/1.png' });
    call.answer();
    await Promise.all([done, again]);
    expect(session.subject).toMatchObject({ image: { name: '1.png' }, place: { place: 1, count: 3 } });
  });

  it('stays when it is cancelled before anything was shown', async () => {
    const first = session.explain();
    await explanations.nth(0);
    const done = session.selectImage(next, place);
    await explanations.nth(1);
    session.cancel();
    await Promise.all([first, done]);
    expect(session.subject).toMatchObject({ image: next, status: { kind: 'cancelled' } });
    const again = session.explain();
    const call = await explanations.nth(2);
    expect(call.request.source).toEqual({ kind: 'image', path: next.path });
    call.answer();
    await again;
  });

  it('that is passed over is never shown', async () => {
    await explained();
    const passed = session.selectImage(next, place);
    const first = await explanations.nth(1);
    const last = session.selectImage({ path: '/ws/ape/3.png', name: '3.png' }, { place: 3, count: 3 });
    const second = await explanations.nth(2);
    first.answer();
    second.answer();
    await Promise.all([passed, last]);
    expect(new Set(subjects.map(({ image }) => image.name))).toEqual(new Set(['1.png', '3.png']));
  });
});
