import { describe, expect, it } from 'vitest';
import type { Display } from '../../../../src/protocol/explanation.js';
import type { NeedStatus, PanelSnapshot, PanelState } from '../../../../src/protocol/panel.js';
import {
  initialState,
  reduce,
  type Action,
  type PageState,
} from '../../../../src/webview/state/pageState.js';
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
import { explanationOf, snapshotOf } from '../snapshots.js';

const DISPLAY: Display = { colorMap: 'viridis', opacity: 0.5, smooth: true, mask: false, scale: null };
const KEPT: PanelState = {
  version: 2,
  view: 'compare',
  views: { compare: { rows: ['cam'] } },
  image: '/zebra.png',
  tensor: 'shallow',
  target: 3,
  method: 'relevance-cam',
  expected: 7,
  display: { ...DISPLAY, colorMap: 'turbo' },
  sharedScale: true,
};

function after(...actions: readonly Action[]): PageState {
  return actions.reduce(reduce, initialState(null, DISPLAY));
}

function shown(snapshot: PanelSnapshot): Action {
  return { type: 'snapshot', snapshot };
}

const FIRST = snapshotOf(explanationOf(0, { shallow: [1, 2], deep: [3, 4] }));

describe('chosen layer', () => {
  it('is the deepest one at first', () => {
    expect(after(shown(FIRST)).tensor).toBe('deep');
  });

  it('stays for the next class, and the last explanation stays while the next is computed', () => {
    const working = snapshotOf(FIRST.explanation, { status: { kind: 'working' } });
    const next = snapshotOf(explanationOf(1, { shallow: [5, 6], deep: [7, 8] }));
    const state = after(shown(FIRST), { type: 'layer', tensor: 'shallow', path: 'a/b' }, shown(working));
    expect(currentLayer(state)?.map).toEqual(Float32Array.of(1, 2));
    expect(currentLayer(reduce(state, shown(next)))?.map).toEqual(Float32Array.of(5, 6));
    expect(reduce(state, shown(next)).path).toBe('a/b');
  });

  it('is chosen anew where the model has no such layer', () => {
    const other = snapshotOf(explanationOf(0, { conv: [1] }));
    const state = after(shown(FIRST), { type: 'layer', tensor: 'shallow', path: 'a/b' }, shown(other));
    expect([state.tensor, state.path]).toEqual(['conv', null]);
  });

  it('is the one that the host asked for, even before there is an explanation', () => {
    const state = after({ type: 'reveal', tensor: 'shallow' }, shown(snapshotOf(null)), shown(FIRST));
    expect(state.tensor).toBe('shallow');
  });
});

describe('channel', () => {
  const chosen = after(shown(FIRST), { type: 'channel', channel: 1 });

  it('replaces the map until it is let go', () => {
    expect(currentGrid(chosen)?.values).toEqual(Float32Array.of(0, 0));
    expect(currentGrid(reduce(chosen, { type: 'channel', channel: null }))?.values).toEqual(
      Float32Array.of(3, 4),
    );
  });

  it('is let go by another layer and another class', () => {
    expect(currentChannel(reduce(chosen, { type: 'layer', tensor: 'shallow', path: null }))).toBeNull();
    expect(currentChannel(reduce(chosen, shown(snapshotOf(explanationOf(1, { deep: [1] })))))).toBeNull();
  });

  it('stays when the same explanation is sent again', () => {
    expect(currentChannel(reduce(chosen, shown(FIRST)))?.channel).toBe(1);
  });
});

describe('progress', () => {
  const working = snapshotOf(null, { status: { kind: 'working' } });
  const state = after(shown(working), { type: 'progress', stage: 'run', fraction: 0.5 });

  it('is kept while work is under way and dropped after it', () => {
    expect(reduce(state, shown(working)).progress).toEqual({ stage: 'run', fraction: 0.5 });
    expect(reduce(state, shown(FIRST)).progress).toBeNull();
  });
});

describe('scale', () => {
  const weak = snapshotOf(explanationOf(1, { shallow: [-1, 1], deep: [3.25, 3.5] }));
  const both = after(shown(FIRST), shown(weak));
  const deep = (state: PageState): unknown => {
    const layer = currentLayer(state);
    return layer && scaleOf(state, layer, null);
  };

  it('is the own one of a map unless it is shared by the classes', () => {
    expect(deep(both)).toEqual([3.25, 3.5]);
    expect(deep(reduce(both, { type: 'sharedScale', shared: true }))).toEqual([3, 4]);
  });

  it('is shared by the classes of one picture only', () => {
    const other = { ...weak, revision: 2, image: { path: '/other.png', name: 'other.png' } };
    expect(deep(after({ type: 'sharedScale', shared: true }, shown(FIRST), shown(other)))).toEqual([
      3.25, 3.5,
    ]);
  });

  it('of a channel is its own', () => {
    const state = reduce(both, { type: 'sharedScale', shared: true });
    const layer = currentLayer(state);
    const activation = Float32Array.of(-2, 9);
    expect(layer && scaleOf(state, layer, { channel: 1, weight: 1, activation, carried: null })).toEqual([
      -2, 9,
    ]);
  });
});

describe('what is known beyond the snapshot', () => {
  const more = explanationOf(7, { deep: [5, 6] });
  const results = (revision: number, partial = false): Action => ({
    type: 'results',
    revision,
    explanations: [more],
    partial,
  });
  const learned = (state: PageState): unknown =>
    knownLayer(state.known, 'relevance-cam', 7, 'deep')?.layer.map;

  it('is kept as long as the revision is the same', () => {
    const state = after(shown(FIRST), results(1));
    expect(learned(state)).toEqual(Float32Array.of(5, 6));
    expect(learned(reduce(state, shown(FIRST)))).toEqual(Float32Array.of(5, 6));
    expect(learned(reduce(state, shown({ ...FIRST, revision: 2 })))).toBeUndefined();
  });

  it('is never of another revision', () => {
    expect(learned(after(shown(FIRST), results(2)))).toBeUndefined();
    expect(learned(after(results(1), shown(FIRST)))).toBeUndefined();
  });

  it('shows the chosen layer of the current class and method as it comes', () => {
    const empty = { ...explanationOf(7, {}), method: 'score-cam' } as const;
    const model = { ...MODEL, layers: [layerOf('deep')] };
    const state = after(shown(snapshotOf(empty, { model })));
    expect([state.tensor, currentLayer(state)]).toEqual(['deep', null]);
    const scored = { ...more, method: 'score-cam' } as const;
    const half = reduce(state, { type: 'results', revision: 1, explanations: [scored], partial: true });
    expect(currentLayer(half)?.map).toEqual(Float32Array.of(5, 6));
    expect(half.ranges.byTensor.size).toBe(0);
    const whole = reduce(state, { type: 'results', revision: 1, explanations: [scored], partial: false });
    expect(whole.ranges.byTensor.get('deep')).toEqual([5, 6]);
  });

  it('is asked for once; how it fares is heard of that only, until it ends', () => {
    const working = { kind: 'working', stage: 'score', fraction: 0.5 } as const;
    const asked = after({ type: 'asked', id: 4, key: 'k' });
    const status = (id: number, heard: NeedStatus): Action => ({ type: 'needStatus', id, status: heard });
    expect(reduce(asked, status(3, working)).need?.status).toMatchObject({ fraction: null });
    expect(reduce(asked, status(4, working)).need?.status).toEqual(working);
    const ended = reduce(asked, status(4, { kind: 'cancelled' }));
    expect(reduce(ended, status(4, working)).need?.status).toEqual({ kind: 'cancelled' });
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
      shown(snapshotOf(cam, { model })),
    );
    expect([state.tensor, currentLayer(state)]).toEqual(['shallow', null]);
    expect(currentBlocker(state)).toEqual(blockedBy);
    expect(currentBlocker(reduce(state, shown({ ...FIRST, model })))).toBeNull();
  });

  it('is not chosen at first', () => {
    expect(after(shown(snapshotOf(cam, { model }))).tensor).toBe('deep');
  });

  it('is let go with the pixels, where the method explains none', () => {
    const lrp = { ...explanationOf(0, { x: [1], deep: [1, 2] }), method: 'lrp' } as const;
    const state = after(shown(snapshotOf(lrp, { model })), { type: 'layer', tensor: 'x', path: null });
    expect(currentLayer(state)?.map).toEqual(Float32Array.of(1));
    expect(reduce(state, shown(snapshotOf(cam, { model }))).tensor).toBe('deep');
  });
});

describe('kept state', () => {
  it('comes back as it was', () => {
    const restored = initialState(KEPT, DISPLAY);
    expect(restored.view).toBe('compare');
    const state = reduce(
      restored,
      shown(
        snapshotOf(explanationOf(3, { shallow: [1], deep: [2] }), {
          expected: { index: 7, label: 'class 7', rank: 2, probability: 0.1 },
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
    expect(toPanelState(after(shown(snapshotOf(null))))).toBeNull();
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
