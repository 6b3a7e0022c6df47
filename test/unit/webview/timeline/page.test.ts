import { describe, expect, it } from 'vitest';
import { PANEL_STRINGS as strings } from '../../../../src/protocol/panelStrings.js';
import { plotsOf, type PlotsOf } from '../../../../src/webview/timeline/curves/plots.js';
import type { RunSeries } from '../../../../src/webview/timeline/curves/runSeries.js';
import { cellNote, cellState } from '../../../../src/webview/timeline/grid/cellState.js';
import { beforeAfter, between } from '../../../../src/webview/timeline/state/beforeAfter.js';
import type { KnownResult } from '../../../../src/webview/timeline/state/results.js';
import { learn } from '../../../../src/webview/timeline/state/results.js';
import { seriesOf } from '../../../../src/webview/timeline/values/series.js';
import { checkpointOf, layerOf, predictionOf, probeOf, resultFor, runOf, snapshotOf } from './runs.js';

const known: KnownResult = {
  checkpoint: 1,
  picture: 1,
  target: predictionOf(0),
  predicted: predictionOf(0),
  layers: new Map([['x', layerOf('x', [0, 1])]]),
  blocked: new Map([['y', { op: 'GridSample', node: 'n', reason: 'noRule' }]]),
};

describe('a cell of the grid', () => {
  it('shows what is known, whatever became of the file', () => {
    expect(cellState(checkpointOf(1, 1), known, 'x', true)).toMatchObject({ kind: 'known', deleted: false });
    const deleted = cellState(checkpointOf(1, 1, 'deleted'), known, 'x', true);
    expect(deleted).toMatchObject({ kind: 'known', deleted: true });
    expect(cellNote(deleted, strings)).toBe(strings.timelineDeleted);
  });

  it('says why there is no map', () => {
    const kindOf = (...of: Parameters<typeof cellState>): string => cellState(...of).kind;
    expect(kindOf(checkpointOf(1, 1), known, 'y', true)).toBe('blocked');
    for (const kind of ['writing', 'skipped', 'failed', 'deleted'] as const)
      expect(kindOf(checkpointOf(1, 1, kind), null, 'x', true)).toBe(kind);
    expect(kindOf(checkpointOf(1, 1, 'queued'), null, 'x', true)).toBe('loading');
    expect(kindOf(checkpointOf(1, 1, 'queued'), null, 'x', false)).toBe('missing');
    expect(kindOf(null, null, 'x', true)).toBe('none');
    expect(kindOf(checkpointOf(1, 1), known, null, true)).toBe('none');
    expect(cellNote(cellState(checkpointOf(1, 1, 'failed'), null, 'x', true), strings)).toBe(
      'It is damaged.',
    );
  });
});

describe('the curves', () => {
  const run = (name: string): RunSeries => ({
    run: { ...runOf(name, []), model: null },
    values: seriesOf(
      [1, 2].map((step) => ({
        checkpoint: checkpointOf(step, step),
        target: predictionOf(0),
        predicted: predictionOf(step - 1),
        layer: layerOf('x', [0, step, 1]),
      })),
      null,
      null,
    ),
  });
  const of = (change: Partial<PlotsOf> = {}): ReturnType<typeof plotsOf> =>
    plotsOf({
      series: [run('a')],
      method: 'relevance-cam',
      label: 'fish',
      pinned: null,
      strings,
      percent: String,
      ...change,
    });
  const titles = (plots: ReturnType<typeof plotsOf>): readonly string[] => plots.map(({ title }) => title);

  it('leave out what no checkpoint has', () => {
    expect(titles(of())).toEqual(['Probability of fish', 'Logit of fish', strings.timelineSettled]);
  });

  it('show the share of relevance conserved only where the seed has a sum', () => {
    expect(titles(of({ method: 'lrp' }))).toContain(strings.timelineConserved);
    expect(titles(of({ method: 'clrp' }))).not.toContain(strings.timelineConserved);
  });

  it('have open points where another class is predicted', () => {
    expect(of()[0]?.lines[0]?.points.map(({ open }) => open)).toEqual([false, true]);
  });

  it('name their lines by run and by what the map is compared with', () => {
    const settled = of({ series: [run('a'), run('b')], pinned: 1 }).at(-1);
    expect(settled?.lines.map(({ name }) => name)).toEqual([
      ...['a, with the last', 'b, with the last', 'a, with Epoch 1', 'b, with Epoch 1'],
    ]);
  });
});

describe('changed predictions', () => {
  const checkpoints = [
    checkpointOf(10, 0),
    checkpointOf(11, 1),
    checkpointOf(12, 2, 'failed'),
    checkpointOf(13, 3),
  ];
  const run = { ...runOf('a', checkpoints), model: null };

  it('are between the checkpoint chosen and the one before or the pinned one, failed ones passed over', () => {
    expect(between(run, 3, 'previous', null)).toMatchObject({ before: { step: 1 }, after: { step: 3 } });
    expect(between(run, 2, 'previous', null)).toMatchObject({ before: { step: 0 }, after: { step: 1 } });
    expect(between(run, 3, 'pinned', 0)).toMatchObject({ before: { step: 0 }, after: { step: 3 } });
    expect(between(run, 0, 'previous', null)).toBeNull();
    expect(between(run, 3, 'pinned', null)).toBeNull();
    expect(between(run, 3, 'pinned', 3)).toBeNull();
  });

  it('are told of every picture, as far as they are known', () => {
    const pictures = [probeOf(1), probeOf(2), probeOf(3, null)].map((one) => ({ ...one, picture: null }));
    const timeline = { ...snapshotOf([], []), runs: [run], pictures };
    const results = learn(new Map(), [
      resultFor(11, 1, [], 4),
      resultFor(13, 1, [], 5),
      resultFor(13, 2, [], 6),
    ]);
    const pair = between(run, 3, 'previous', null);
    const told = pair ? beforeAfter(run, timeline, results, pair) : [];
    expect(told.map(({ before, after }) => [before?.index, after?.index])).toEqual([
      [4, 5],
      [undefined, 6],
      [undefined, undefined],
    ]);
  });
});
