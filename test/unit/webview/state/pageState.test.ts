import { describe, expect, it } from 'vitest';
import type { Region } from '../../../../src/protocol/annotations.js';
import type { Display } from '../../../../src/protocol/explanation.js';
import type { NeedStatus, PanelState, Subject, SubjectRef } from '../../../../src/protocol/panel.js';
import {
  initialState,
  reduce,
  subjectOf,
  type Action,
  type PageState,
} from '../../../../src/webview/state/pageState.js';
import { exportMessage } from '../../../../src/webview/state/exportMessage.js';
import { readPanelState, toPanelState } from '../../../../src/webview/state/persistence.js';
import { knownLayer } from '../../../../src/webview/state/known.js';
import {
  currentBlocker,
  currentChannel,
  currentGrid,
  currentLayer,
  scaleOf,
} from '../../../../src/webview/state/selectors.js';
import { layerOf, MODEL } from '../../models.js';
import { explanationOf, messagesFor, subjectWith } from '../subjects.js';
import { DISPLAY as EVENLY } from '../../../display.js';

const DISPLAY: Display = { ...EVENLY, opacity: 0.5 };
const KEPT: PanelState = {
  version: 5,
  view: 'compare',
  views: { compare: { rows: ['cam'] } },
  image: '/zebra.png',
  models: [null],
  tensor: 'shallow',
  target: 3,
  method: 'relevance-cam',
  expected: 7,
  display: { ...DISPLAY, colorMap: 'turbo' },
  framing: { marks: true, cropOnly: true },
  scaleMode: 'shared',
};

type Step = Action | readonly Action[];

function after(...steps: readonly Step[]): PageState {
  return then(initialState(null, DISPLAY), ...steps);
}

function then(state: PageState, ...steps: readonly Step[]): PageState {
  return steps.flat().reduce(reduce, state);
}

function shown(...subjects: readonly Subject[]): readonly Action[] {
  return messagesFor(...subjects);
}

const FIRST = subjectWith(explanationOf(0, { shallow: [1, 2], deep: [3, 4] }));

it('the keyboard is called to the filmstrip until it is there', () => {
  expect(after({ type: 'focusFilmstrip' }).strip.isCalled).toBe(true);
  expect(after({ type: 'focusFilmstrip' }, { type: 'filmstripReached' }).strip.isCalled).toBe(false);
});

it('what is marked is drawn only where the user wants it, and is exported as it is drawn', () => {
  const box = { kind: 'box', box: { x: 1, y: 2, width: 3, height: 4 } } as const;
  const mark = (target: number): Region => ({ file: 'x.xml', name: 'x', target, shape: box });
  const annotations = { regions: [mark(0), mark(1)], problems: [] };
  const plain = after(shown(subjectWith(explanationOf(0, { deep: [3, 4] }), { annotations })));
  expect(exportMessage(plain, ['overlay'])?.marks).toBeNull();
  const outlined = reduce(plain, { type: 'framing', change: { marks: true } });
  expect(exportMessage(outlined, ['overlay'])?.marks?.shapes).toEqual([box]);
});

it('of passes that were stopped, what is shown of them is exported, and said to be a part', () => {
  const model = { ...MODEL, layers: [layerOf('deep')] };
  const empty = { ...explanationOf(7, {}), method: 'score-cam' } as const;
  const scored = { ...explanationOf(7, { deep: [5, 6] }), method: 'score-cam' } as const;
  const results = (partial: number | null): Action => ({
    ...{ type: 'results', explanations: [scored], partial },
    subject: { image: '/zebra.png', model: MODEL.path, revision: 1 } satisfies SubjectRef,
  });
  const offered = after(shown(subjectWith(empty, { model })));
  expect(exportMessage(offered, ['map'])).toBeNull();
  const stopped = reduce(offered, results(0.4));
  expect(exportMessage(stopped, ['map'])?.partial).toEqual({ layer: scored.layers[0], through: 0.4 });
  expect(exportMessage(reduce(stopped, results(null)), ['map'])?.partial).toBeNull();
});

describe('chosen layer', () => {
  it('is the deepest one at first', () => {
    expect(after(shown(FIRST)).tensor).toBe('deep');
  });

  it('stays for the next class, and the last explanation stays while the next is computed', () => {
    const working = subjectWith(FIRST.explanation, { status: { kind: 'working' } });
    const next = subjectWith(explanationOf(1, { shallow: [5, 6], deep: [7, 8] }));
    const state = after(shown(FIRST), { type: 'layer', tensor: 'shallow', path: 'a/b' }, shown(working));
    expect(currentLayer(state)?.map).toEqual(Float32Array.of(1, 2));
    expect(currentLayer(then(state, shown(next)))?.map).toEqual(Float32Array.of(5, 6));
    expect(then(state, shown(next)).path).toBe('a/b');
  });

  it('stays for the next picture, and with it the view and the display', () => {
    const next = subjectWith(explanationOf(0, { shallow: [5, 6], deep: [7, 8] }), {
      revision: 2,
      image: { path: '/other.png', name: 'other.png' },
    });
    const before = after(
      shown(FIRST),
      { type: 'layer', tensor: 'shallow', path: 'a/b' },
      { type: 'view', view: 'compare' },
      { type: 'display', change: { opacity: 0.3, smooth: false } },
      { type: 'framing', change: { cropOnly: true } },
      { type: 'scaleMode', mode: 'clipped' },
    );
    const { tensor, path, view, display, framing, scaleMode } = before;
    const state = then(before, shown(next));
    expect(state).toMatchObject({ tensor, path, view, display, framing, scaleMode });
    expect(currentLayer(state)?.map).toEqual(Float32Array.of(5, 6));
  });

  it('is chosen anew where the model has no such layer', () => {
    const other = subjectWith(explanationOf(0, { conv: [1] }));
    const state = after(shown(FIRST), { type: 'layer', tensor: 'shallow', path: 'a/b' }, shown(other));
    expect([state.tensor, state.path]).toEqual(['conv', null]);
  });

  it('is the one that the host asked for, even before there is an explanation', () => {
    const state = after({ type: 'reveal', tensor: 'shallow' }, shown(subjectWith(null)), shown(FIRST));
    expect(state.tensor).toBe('shallow');
  });
});

describe('channel', () => {
  const chosen = after(shown(FIRST), { type: 'channel', channel: 1 });

  it('replaces the map until it is let go', () => {
    expect(currentGrid(chosen)?.values).toEqual(Float32Array.of(0, 0));
    expect(currentGrid(then(chosen, { type: 'channel', channel: null }))?.values).toEqual(
      Float32Array.of(3, 4),
    );
  });

  it('is let go by another layer and another class', () => {
    expect(currentChannel(then(chosen, { type: 'layer', tensor: 'shallow', path: null }))).toBeNull();
    expect(currentChannel(then(chosen, shown(subjectWith(explanationOf(1, { deep: [1] })))))).toBeNull();
  });

  it('stays when the same explanation is sent again', () => {
    expect(currentChannel(then(chosen, shown(FIRST)))?.channel).toBe(1);
  });
});

describe('progress', () => {
  const working = subjectWith(null, { status: { kind: 'working' } });
  const state = after(shown(working), { type: 'progress', of: 0, stage: 'run', fraction: 0.5 });

  it('is kept while work is under way and dropped after it', () => {
    expect(subjectOf(then(state, shown(working)))?.progress).toEqual({ stage: 'run', fraction: 0.5 });
    expect(subjectOf(then(state, shown(FIRST)))?.progress).toBeNull();
  });
});

describe('scale', () => {
  const weak = subjectWith(explanationOf(1, { shallow: [-1, 1], deep: [3.25, 3.5] }));
  const both = after(shown(FIRST), shown(weak));
  const deep = (state: PageState): unknown => {
    const layer = currentLayer(state);
    return layer && scaleOf(state, layer, null);
  };

  it('is the own one of a map unless it is shared by the classes', () => {
    expect(deep(both)).toEqual([3.25, 3.5]);
    expect(deep(then(both, { type: 'scaleMode', mode: 'shared' }))).toEqual([3, 4]);
  });

  it('does without the strongest hundredth where it is clipped', () => {
    const clipped = deep(then(both, { type: 'scaleMode', mode: 'clipped' }));
    expect(clipped).toEqual([3.25, expect.closeTo(3.5 - 0.25 / 100, 5)]);
  });

  it('is shared by the classes of one picture only', () => {
    const other = { ...weak, revision: 2, image: { path: '/other.png', name: 'other.png' } };
    expect(deep(after({ type: 'scaleMode', mode: 'shared' }, shown(FIRST), shown(other)))).toEqual([
      3.25, 3.5,
    ]);
  });

  it('of a channel is its own, about zero where it has both signs', () => {
    const state = then(both, { type: 'scaleMode', mode: 'shared' });
    const layer = currentLayer(state);
    const activation = Float32Array.of(-2, 9);
    expect(layer && scaleOf(state, layer, { channel: 1, weight: 1, activation, carried: null })).toEqual([
      -9, 9,
    ]);
  });
});

describe('what is known beyond the explanation', () => {
  const more = explanationOf(7, { deep: [5, 6] });
  const refTo = (revision: number, model = MODEL.path): SubjectRef => ({
    image: '/zebra.png',
    model,
    revision,
  });
  const results = (subject: SubjectRef): Action => ({
    type: 'results',
    subject,
    explanations: [more],
    partial: null,
  });
  const learned = (state: PageState, nth = 0): unknown => {
    const known = state.subjects[nth]?.known;
    return known && knownLayer(known, 'relevance-cam', 7, 'deep')?.layer.map;
  };

  it('is kept as long as the revision is the same', () => {
    const state = after(shown(FIRST), results(refTo(1)));
    expect(learned(state)).toEqual(Float32Array.of(5, 6));
    expect(learned(then(state, shown(FIRST)))).toEqual(Float32Array.of(5, 6));
    expect(learned(then(state, shown({ ...FIRST, revision: 2 })))).toBeUndefined();
  });

  it('is never of another revision', () => {
    expect(learned(after(shown(FIRST), results(refTo(2))))).toBeUndefined();
    expect(learned(after(results(refTo(1)), shown(FIRST)))).toBeUndefined();
  });

  it('is of the subject that it names, where there are several', () => {
    const other = { ...FIRST, model: { ...MODEL, path: '/other.onnx' } };
    const state = after(shown(FIRST, other), results(refTo(1, '/other.onnx')));
    expect([learned(state, 0), learned(state, 1)]).toEqual([undefined, Float32Array.of(5, 6)]);
  });

  it('is of the weights that it was computed by, where two have one graph', () => {
    const weights = { file: '/epoch_1.pth', entry: null, otherEntries: [], reference: null };
    const other = { ...FIRST, model: { ...MODEL, weights } };
    const state = after(shown(FIRST, other), results(refTo(1, weights.file)));
    expect([learned(state, 0), learned(state, 1)]).toEqual([undefined, Float32Array.of(5, 6)]);
  });

  it('shows the chosen layer of the current class and method as it comes', () => {
    const empty = { ...explanationOf(7, {}), method: 'score-cam' } as const;
    const model = { ...MODEL, layers: [layerOf('deep')] };
    const state = after(shown(subjectWith(empty, { model })));
    expect([state.tensor, currentLayer(state)]).toEqual(['deep', null]);
    const scored = { ...more, method: 'score-cam' } as const;
    const half = then(state, { type: 'results', subject: refTo(1), explanations: [scored], partial: 0.4 });
    expect(currentLayer(half)?.map).toEqual(Float32Array.of(5, 6));
    expect(half.ranges.byTensor.size).toBe(0);
    const whole = then(state, { type: 'results', subject: refTo(1), explanations: [scored], partial: null });
    expect(whole.ranges.byTensor.get('deep')).toEqual([5, 6]);
  });

  it('is asked for once; how it fares is heard of that only, until it ends', () => {
    const working = { kind: 'working', stage: 'score', fraction: 0.5 } as const;
    const asked = after({ type: 'asked', of: 0, id: 4, key: 'k' }, { type: 'asked', of: 1, id: 5, key: 'l' });
    const status = (id: number, heard: NeedStatus): Action => ({ type: 'needStatus', id, status: heard });
    expect(then(asked, status(3, working)).needs.get(0)?.status).toMatchObject({ fraction: null });
    expect(then(asked, status(4, working)).needs.get(0)?.status).toEqual(working);
    const ended = then(asked, status(4, { kind: 'cancelled' }));
    expect(then(ended, status(4, working)).needs.get(0)?.status).toEqual({ kind: 'cancelled' });
    expect(then(ended, status(5, working)).needs.get(1)?.status).toEqual(working);
  });
});

describe('a layer that the method cannot explain', () => {
  const blockedBy = { op: 'Conv', node: '/conv', reason: 'notBeforeClassifier' } as const;
  const model = { ...MODEL, layers: [layerOf('shallow'), layerOf('deep')] };
  const cam = {
    ...explanationOf(0, { deep: [1, 2] }),
    method: 'cam',
    blocked: [{ tensor: 'shallow', blockedBy }],
  } as const;

  it('stays chosen and says why', () => {
    const state = after(
      shown({ ...FIRST, model }),
      { type: 'layer', tensor: 'shallow', path: null },
      shown(subjectWith(cam, { model })),
    );
    expect([state.tensor, currentLayer(state)]).toEqual(['shallow', null]);
    expect(currentBlocker(state)).toEqual(blockedBy);
    expect(currentBlocker(then(state, shown({ ...FIRST, model })))).toBeNull();
  });

  it('is not chosen at first', () => {
    expect(after(shown(subjectWith(cam, { model }))).tensor).toBe('deep');
  });

  it('is let go with the pixels, where the method explains none', () => {
    const lrp = { ...explanationOf(0, { x: [1], deep: [1, 2] }), method: 'lrp' } as const;
    const state = after(shown(subjectWith(lrp, { model })), { type: 'layer', tensor: 'x', path: null });
    expect(currentLayer(state)?.map).toEqual(Float32Array.of(1));
    expect(then(state, shown(subjectWith(cam, { model }))).tensor).toBe('deep');
  });
});

describe('kept state', () => {
  it('comes back as it was', () => {
    const restored = initialState(KEPT, DISPLAY);
    expect(restored.view).toBe('compare');
    const state = then(
      restored,
      shown(
        subjectWith(explanationOf(3, { shallow: [1], deep: [2] }), {
          expected: { index: 7, label: 'class 7', rank: 2, probability: 0.1, value: 0.1 },
        }),
      ),
    );
    expect(readPanelState(JSON.parse(JSON.stringify(toPanelState(state))))).toEqual(KEPT);
  });

  it('leaves the predicted class to the model', () => {
    expect(toPanelState(after(shown(FIRST)))?.target).toBeNull();
  });

  it('is not written before there is something to keep', () => {
    expect(toPanelState(after())).toBeNull();
    expect(toPanelState(after(shown(subjectWith(null))))).toBeNull();
  });

  it.each([
    ['absent', undefined],
    ['of an earlier version', { ...KEPT, version: 1 }],
    ['with an unknown method', { ...KEPT, method: 'magic' }],
    ['with an unknown colour map', { ...KEPT, display: { ...KEPT.display, colorMap: 'hot' } }],
    ['without its display', { ...KEPT, display: null }],
    ['with a class that is no number', { ...KEPT, target: 'zebra' }],
  ])('is ignored if %s', (_, value) => {
    expect(readPanelState(value)).toBeNull();
  });
});
