import { expect, test } from 'vitest';
import type { NeedPart } from '../../../../../src/protocol/panel.js';
import { learn, NOTHING_KNOWN, type Known } from '../../../../../src/webview/state/known.js';
import { costlyCell, withoutCostly } from '../../../../../src/webview/views/shared/offered.js';
import { explanationOf } from '../../subjects.js';

const LAYERS = [{ tensor: 'a' }];
const WANTED: NeedPart = {
  methods: ['grad-cam', 'score-cam'],
  targets: [0, 1],
  layers: ['a'],
  top: 1,
  carried: false,
};

/** After so much of Score-CAM's passes for class 0; null: all of them. */
function knowing(partial: number | null): Known {
  return learn(NOTHING_KNOWN, [{ ...explanationOf(0, { a: [1] }), method: 'score-cam' }], partial);
}

test('a method that takes a pass per channel is offered before anything of it is computed', () => {
  expect(costlyCell(NOTHING_KNOWN, [WANTED], LAYERS)).toEqual({ method: 'score-cam', tensor: 'a' });
  expect(withoutCostly([WANTED])).toEqual([{ ...WANTED, methods: ['grad-cam'] }]);
  expect(withoutCostly([{ ...WANTED, methods: ['score-cam'] }])).toEqual([]);
});

test('what was stopped is offered again; what is through for one class is free for all', () => {
  expect(costlyCell(knowing(0.4), [WANTED], LAYERS)).toEqual({ method: 'score-cam', tensor: 'a' });
  expect(costlyCell(knowing(null), [WANTED], LAYERS)).toBeNull();
});

test('what needs no question is not asked', () => {
  expect(costlyCell(NOTHING_KNOWN, [{ ...WANTED, methods: ['lrp', 'cam'] }], LAYERS)).toBeNull();
  // The input's pixels are no layer: why they have no map is told at once.
  expect(costlyCell(NOTHING_KNOWN, [{ ...WANTED, layers: ['input'] }], LAYERS)).toBeNull();
});
