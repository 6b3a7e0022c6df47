import { describe, expect, it } from 'vitest';
import type { LayerExplanation } from '../../../../../src/protocol/explanation.js';
import type { Blocker } from '../../../../../src/protocol/model.js';
import type { NeedStatus } from '../../../../../src/protocol/panel.js';
import { PANEL_STRINGS } from '../../../../../src/protocol/panelStrings.js';
import { percentFormat } from '../../../../../src/protocol/numbers.js';
import { cellState, type CellState } from '../../../../../src/webview/views/shared/cellState.js';
import { partsOf, type Cell, type CellResults } from '../../../../../src/webview/views/shared/onDemand.js';
import { passesText } from '../../../../../src/webview/views/shared/RunOffer.js';
import { progressText, secondsLeft } from '../../../../../src/webview/status/remaining.js';

const LAYER: LayerExplanation = {
  tensor: 'deep',
  channels: 8,
  height: 1,
  width: 1,
  map: Float32Array.of(1),
  weights: null,
  top: [],
  relevanceSum: null,
};
const BLOCKER: Blocker = { op: 'Conv', node: 'conv', reason: 'notBeforeClassifier' };
const WORKING: NeedStatus = { kind: 'working', stage: 'score', fraction: 0.4 };
const SCORE: Cell = { method: 'score-cam', tensor: 'deep' };
const QUICK: Cell = { method: 'grad-cam', tensor: 'deep' };

interface Given {
  readonly layer?: LayerExplanation;
  readonly partial?: number;
  readonly blocker?: Blocker;
  readonly status?: NeedStatus;
  readonly queue?: readonly Cell[];
}

function given({ layer, partial, blocker, status = { kind: 'done' }, queue = [] }: Given): CellResults {
  const nothing = (): void => undefined;
  return {
    pixels: 'x',
    queue,
    run: nothing,
    stop: nothing,
    results: {
      layer: () => layer ?? null,
      partial: () => partial ?? null,
      blocked: () => blocker ?? null,
      status,
      cancel: nothing,
      retry: nothing,
    },
  };
}

const stateOf = (facts: Given, cell: Cell): CellState => cellState(given(facts), cell, 0);

describe('a cell', () => {
  it('that takes a run for all layers is loading, known, blocked or missing', () => {
    expect(stateOf({ status: WORKING }, QUICK)).toEqual({ kind: 'loading' });
    expect(stateOf({ layer: LAYER }, QUICK)).toEqual({ kind: 'known', layer: LAYER });
    expect(stateOf({ blocker: BLOCKER, status: WORKING }, QUICK)).toEqual({
      kind: 'blocked',
      blocker: BLOCKER,
    });
    expect(stateOf({ status: { kind: 'cancelled' } }, QUICK)).toEqual({ kind: 'missing' });
    expect(stateOf({ status: { kind: 'error', text: '' } }, QUICK)).toEqual({ kind: 'missing' });
  });

  it('of Score-CAM is offered until it is asked for', () => {
    expect(stateOf({}, SCORE)).toEqual({ kind: 'offered', layer: null, through: 0 });
    expect(stateOf({ status: WORKING }, SCORE)).toEqual({ kind: 'offered', layer: null, through: 0 });
  });

  it('of Score-CAM runs one after the other', () => {
    const before = { ...SCORE, tensor: 'shallow' };
    const facts = { status: WORKING, queue: [before, SCORE] };
    expect(stateOf(facts, before)).toEqual({ kind: 'running', layer: null, fraction: 0.4 });
    expect(stateOf(facts, SCORE)).toEqual({ kind: 'queued' });
  });

  it('of Score-CAM shows what there is of it while it runs, and keeps it when it is cancelled', () => {
    const facts = { layer: LAYER, partial: 0.4 };
    const running = { kind: 'running', layer: LAYER, fraction: 0.4 };
    expect(stateOf({ ...facts, status: WORKING, queue: [SCORE] }, SCORE)).toEqual(running);
    expect(stateOf({ ...facts }, SCORE)).toEqual({ kind: 'offered', layer: LAYER, through: 0.4 });
    const cancelled = { ...facts, status: { kind: 'cancelled' }, queue: [QUICK, SCORE] } as const;
    expect(stateOf(cancelled, SCORE)).toEqual({ kind: 'offered', layer: LAYER, through: 0.4 });
    expect(stateOf({ layer: LAYER, queue: [] }, SCORE)).toEqual({ kind: 'known', layer: LAYER });
  });

  it('of Score-CAM at the pixels is not offered', () => {
    expect(stateOf({}, { ...SCORE, tensor: 'x' }).kind).toBe('blocked');
    expect(stateOf({ status: WORKING }, { method: 'lrp', tensor: 'x' }).kind).toBe('loading');
  });

  it('says how many of its passes are through where some are', () => {
    const percent = percentFormat('en');
    expect(passesText(512, 0, PANEL_STRINGS, percent)).toBe('512 forward passes');
    expect(passesText(1, 0, PANEL_STRINGS, percent)).toBe('1 forward pass');
    expect(passesText(512, 0.4004, PANEL_STRINGS, percent)).toBe('40% of 512 forward passes');
  });

  it('knows no share before the passes begin', () => {
    const status = { kind: 'working', stage: 'run', fraction: 0.9 } as const;
    expect(stateOf({ status, queue: [SCORE] }, SCORE)).toMatchObject({ kind: 'running', fraction: null });
  });
});

describe('what is asked for', () => {
  it('leaves Score-CAM out unless it is next', () => {
    const parts = partsOf(['grad-cam', 'score-cam', 'lrp'], ['a', 'b'], 7, { next: null, top: 3 });
    expect(parts).toMatchObject([{ methods: ['grad-cam', 'lrp'], targets: [7], layers: ['a', 'b'] }]);
    const next = partsOf(['score-cam'], ['a', 'b'], 7, {
      next: { method: 'score-cam', tensor: 'b' },
      top: 3,
    });
    expect(next).toMatchObject([{ methods: ['score-cam'], targets: [7], layers: ['b'] }]);
  });
});

describe('how long it still takes', () => {
  it('follows from the pace since the start', () => {
    expect(secondsLeft({ at: 1000, fraction: 0 }, 11_000, 0.25)).toBeCloseTo(30);
    expect(secondsLeft({ at: 1000, fraction: 0.5 }, 11_000, 0.75)).toBeCloseTo(10);
    expect(secondsLeft({ at: 1000, fraction: 0.5 }, 1100, 0.51)).toBeNull();
  });

  it('is said in seconds or minutes, or not at all', () => {
    const percent = percentFormat('en');
    expect(progressText(0.25, 29.2, PANEL_STRINGS, percent)).toBe('25%, 30 s left');
    expect(progressText(0.25, 150, PANEL_STRINGS, percent)).toBe('25%, 3 min left');
    expect(progressText(0.01, null, PANEL_STRINGS, percent)).toBe('1%');
  });
});
