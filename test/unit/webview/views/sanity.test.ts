import { expect, it } from 'vitest';

import { PANEL_STRINGS } from '../../../../src/protocol/panelStrings.js';
import type { SanityCheck, SanityStep } from '../../../../src/protocol/sanity.js';
import { knownCheck, learn, learnCheck, NOTHING_KNOWN } from '../../../../src/webview/state/known.js';
import { curvesOf, namedSteps, NOT_BEGUN, resultText } from '../../../../src/webview/views/sanity/steps.js';
import { explanationOf } from '../subjects.js';

const map = Float32Array.of(1, 2);
const ORIGINAL: SanityStep = { map, spearman: 1, ssim: 1 };
const FLAT: SanityStep = { map: Float32Array.of(2, 2), spearman: null, ssim: 0.25 };
const NOT_FINITE: SanityStep = { map: null, spearman: null, ssim: null };

function checkOf(...steps: readonly SanityStep[]): SanityCheck {
  const modules = ['fc', 'layer4', 'layer3'];
  return { method: 'lrp', tensor: 'a', target: 3, height: 1, width: 2, modules, steps };
}

it('the steps to come have their place beside those that are known', () => {
  const check = checkOf(ORIGINAL, FLAT, NOT_FINITE);
  expect(namedSteps(check, PANEL_STRINGS)).toEqual([
    { name: 'Original', step: ORIGINAL },
    { name: 'fc', step: FLAT },
    { name: 'layer4', step: NOT_FINITE },
    { name: 'layer3', step: null },
  ]);
  expect(namedSteps(NOT_BEGUN, PANEL_STRINGS)).toEqual([{ name: 'Original', step: null }]);
  // A flat map has no rank correlation, one that is not finite is not known.
  expect(curvesOf(check)).toEqual([
    [1, null, undefined, undefined],
    [1, 0.25, undefined, undefined],
  ]);
});

it('the result is that of the last step, and there is none before', () => {
  const last = { map, spearman: -0.031, ssim: 0.2 };
  expect(resultText(checkOf(ORIGINAL, FLAT, FLAT), PANEL_STRINGS)).toBe('');
  expect(resultText(checkOf(ORIGINAL, FLAT, FLAT, last), PANEL_STRINGS)).toBe(
    'With all weights random: rank correlation −0.03, SSIM 0.20.',
  );
  expect(resultText(NOT_BEGUN, PANEL_STRINGS)).toBe('');
});

it('a check replaces what was known of the same map, and stays when explanations come', () => {
  const [begun, further] = [checkOf(ORIGINAL), checkOf(ORIGINAL, FLAT)];
  const other = { ...begun, target: 4 };
  let known = learnCheck(learnCheck(learnCheck(NOTHING_KNOWN, begun), other), further);
  known = learn(known, [explanationOf(0, { a: [1, 2] })], null);
  expect(knownCheck(known, begun)).toBe(further);
  expect(knownCheck(known, other)).toBe(other);
  expect(knownCheck(known, { ...begun, tensor: 'b' })).toBeNull();
});
