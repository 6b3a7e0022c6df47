import { describe, expect, it } from 'vitest';
import type { TimelineSnapshot } from '../../../../src/protocol/timeline.js';
import { FIRST_CHOICE } from '../../../../src/webview/timeline/state/choice.js';
import { initialState, reduce, type PageState } from '../../../../src/webview/timeline/state/pageState.js';
import { choiceOf, readKept, toKept } from '../../../../src/webview/timeline/state/persistence.js';
import { learn, missingParts, resultOf } from '../../../../src/webview/timeline/state/results.js';
import {
  comparedWith,
  gridLayers,
  seenOf,
  selectionOf,
} from '../../../../src/webview/timeline/state/selection.js';
import { wantedParts } from '../../../../src/webview/timeline/state/wanted.js';
import { makeModel } from '../../../panel-harness/model.js';
import { checkpointOf, layerOf, probeOf, resultFor, runOf, snapshotOf } from './runs.js';
import { DISPLAY } from '../../../display.js';

const model = makeModel(false, false);
const about = { picture: 1, method: 'relevance-cam', target: 0 } as const;

function told(snapshot: TimelineSnapshot, before = initialState(DISPLAY, FIRST_CHOICE)): PageState {
  const known = reduce(before, { type: 'model', id: 1, model });
  return reduce(known, { type: 'snapshot', timeline: snapshot });
}

function shown({ timeline, results, choice }: PageState) {
  if (!timeline) throw new Error('Nothing was told.');
  const selection = selectionOf(timeline, results, choice);
  return { timeline, selection, wanted: wantedParts(timeline, selection, choice) };
}

const five = [0, 1, 2, 3, 5].map((step) => checkpointOf(10 + step, step));

describe('what is known', () => {
  it('adds up over the layers that come one after the other', () => {
    const results = learn(learn(new Map(), [resultFor(10, 1, [layerOf('a', [1])])]), [
      resultFor(10, 1, [layerOf('b', [2])]),
    ]);
    expect([...(resultOf(results, 10, about)?.layers.keys() ?? [])]).toEqual(['a', 'b']);
    expect(resultOf(results, 10, { ...about, target: 3 })).toBeNull();
  });

  it('is asked for only where it is missing', () => {
    const results = learn(new Map(), [resultFor(10, 1, [layerOf('a', [1])]), resultFor(11, 1, [])]);
    const wanted = [
      { checkpoints: [10, 11, 12], pictures: [1], layers: ['a'] },
      { checkpoints: [10, 11], pictures: [1], layers: [] },
    ];
    expect(missingParts(results, wanted, () => about)).toEqual([
      { checkpoints: [11, 12], pictures: [1], layers: ['a'] },
    ]);
    expect(missingParts(results, wanted, () => null)).toEqual(wanted);
  });

  it('is not asked for with what is missing of other pictures', () => {
    const results = learn(new Map(), [
      resultFor(10, 1, [layerOf('a', [1])]),
      resultFor(11, 2, [layerOf('a', [1])]),
    ]);
    const wanted = [{ checkpoints: [10, 11, 12, 13], pictures: [1, 2], layers: ['a'] }];
    expect(missingParts(results, wanted, (picture) => ({ ...about, picture }))).toEqual([
      { checkpoints: [10], pictures: [2], layers: ['a'] },
      { checkpoints: [11], pictures: [1], layers: ['a'] },
      { checkpoints: [12, 13], pictures: [1, 2], layers: ['a'] },
    ]);
  });

  it('is asked for again where so much came after it that its maps were forgotten', () => {
    const ids = Array.from({ length: 4100 }, (_, id) => id);
    const results = learn(
      new Map(),
      ids.map((id) => resultFor(id, 1, [layerOf('a', [1])])),
    );
    expect(missingParts(results, [{ checkpoints: ids, pictures: [1], layers: ['a'] }], () => about)).toEqual([
      { checkpoints: [0, 1, 2, 3], pictures: [1], layers: ['a'] },
    ]);
    expect(missingParts(results, [{ checkpoints: ids, pictures: [1], layers: [] }], () => about)).toEqual([]);
  });

  it('is forgotten with the file it came from, and kept for a deleted one', () => {
    const before = reduce(told(snapshotOf([runOf('a', five)], [probeOf(1)])), {
      type: 'results',
      results: [resultFor(10, 1, []), resultFor(11, 1, [])],
    });
    const overwritten = [checkpointOf(99, 0), checkpointOf(11, 1, 'deleted')];
    const { results } = told(snapshotOf([runOf('a', overwritten)], [probeOf(1)]), before);
    expect(resultOf(results, 10, about)).toBeNull();
    expect(resultOf(results, 11, about)).not.toBeNull();
  });
});

describe('the slider', () => {
  it('follows the newest checkpoint that something is known of', () => {
    const state = told(snapshotOf([runOf('a', five)], [probeOf(1)]));
    expect(shown(state).selection.step).toBe(5);
    const seen = reduce(state, { type: 'results', results: [resultFor(12, 1, [])] });
    expect(shown(seen).selection.step).toBe(2);
  });

  it('keeps its place when others come, and where its own goes', () => {
    const chosen = reduce(told(snapshotOf([runOf('a', five)], [probeOf(1)])), {
      type: 'choose',
      change: { step: 3, pinned: 1 },
    });
    const more = told(snapshotOf([runOf('a', [...five, checkpointOf(16, 6)])], [probeOf(1)]), chosen);
    expect(shown(more).selection).toMatchObject({ step: 3, pinned: 1 });
    const fewer = told(
      snapshotOf(
        [
          runOf(
            'a',
            five.filter(({ step }) => step !== 3),
          ),
        ],
        [probeOf(1)],
      ),
      more,
    );
    expect(shown(fewer).selection.step).toBe(2);
    expect(shown(told(snapshotOf([], []), more)).selection).toMatchObject({ step: null, pinned: null });
  });
});

describe('what is compared', () => {
  const run = runOf('a', five);
  const state = reduce(told(snapshotOf([run], [probeOf(1)])), {
    type: 'results',
    results: [10, 11, 13].map((id) => resultFor(id, 1, id === 11 ? [] : [layerOf('x', [id])])),
  });
  const { timeline } = shown(state);
  const [known] = timeline.runs;
  const seen = known ? seenOf(known, state.results, about) : [];
  const at = { checkpoint: checkpointOf(15, 5), tensor: 'x' };

  it('is the nearest earlier checkpoint that has a map', () => {
    expect(comparedWith(seen, at, 'previous', null)?.checkpoint.step).toBe(3);
    expect(
      comparedWith(seen, { ...at, checkpoint: checkpointOf(13, 3) }, 'previous', null)?.checkpoint.step,
    ).toBe(0);
    expect(comparedWith(seen, { ...at, checkpoint: checkpointOf(10, 0) }, 'previous', null)).toBeNull();
  });

  it('is the pinned one, or the last before it that has a map', () => {
    expect(comparedWith(seen, at, 'pinned', 3)?.checkpoint.step).toBe(3);
    expect(comparedWith(seen, at, 'pinned', 1)?.checkpoint.step).toBe(0);
    expect(comparedWith(seen, at, 'pinned', null)).toBeNull();
  });
});

describe('what is wanted', () => {
  const layers = gridLayers(model).map(({ tensor }) => tensor);
  const deepest = layers.at(-1) ?? '';

  it('is the chosen checkpoint first, then the grid and the curves from the newest back', () => {
    const state = reduce(told(snapshotOf([runOf('a', five)], [probeOf(1), probeOf(2)])), {
      type: 'choose',
      change: { step: 3, pinned: 0 },
    });
    expect(shown(state).wanted).toEqual([
      { checkpoints: [13, 12, 10], pictures: [1], layers: [deepest] },
      { checkpoints: [15, 13, 12, 11, 10], pictures: [1], layers },
      { checkpoints: [15, 13, 12, 11, 10], pictures: [1], layers: [deepest] },
      { checkpoints: [13, 12, 10], pictures: [2], layers: [deepest] },
    ]);
  });

  it('leaves out what is still being written, failed or was passed over', () => {
    const states = ['writing', 'failed', 'skipped', 'deleted', 'queued'] as const;
    const checkpoints = states.map((kind, step) => checkpointOf(20 + step, step, kind));
    const { wanted } = shown(told(snapshotOf([runOf('a', checkpoints)], [probeOf(1)])));
    expect(new Set(wanted.flatMap((part) => part.checkpoints))).toEqual(new Set([23, 24]));
  });

  it('stays bounded over hundreds of checkpoints', () => {
    const many = Array.from({ length: 300 }, (_, step) => checkpointOf(step, step));
    const { wanted } = shown(told(snapshotOf([runOf('a', many)], [probeOf(1)])));
    const maps = wanted.reduce((sum, part) => sum + part.checkpoints.length * part.layers.length, 0);
    expect(maps).toBeLessThanOrEqual(2 + 10 * layers.length + 300);
  });

  it('is nothing without a picture or a checkpoint', () => {
    expect(shown(told(snapshotOf([runOf('a', five)], []))).wanted).toEqual([]);
    expect(shown(told(snapshotOf([runOf('a', [])], [probeOf(1)]))).wanted).toEqual([]);
  });
});

describe('what is kept', () => {
  it('comes back as it was', () => {
    const state = reduce(told(snapshotOf([runOf('a', five)], [probeOf(1)])), {
      type: 'choose',
      change: { step: 3, rows: 'pictures', layer: 'layer2' },
    });
    const kept = readKept(JSON.parse(JSON.stringify(toKept(state))));
    expect(kept).toMatchObject({ runs: ['a'], pictures: ['/1.png'], method: 'relevance-cam', targets: {} });
    expect(choiceOf(kept)).toEqual(state.choice);
  });

  it('is forgotten in another shape', () => {
    expect(readKept({ version: 0 })).toBeNull();
    expect(choiceOf(null)).toEqual(FIRST_CHOICE);
    const kept = toKept(told(snapshotOf([], [])));
    expect(choiceOf(kept && { ...kept, choice: { step: 'three' } })).toEqual(FIRST_CHOICE);
  });
});
