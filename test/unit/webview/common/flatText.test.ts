import { expect, test } from 'vitest';
import { PANEL_STRINGS } from '../../../../src/protocol/panelStrings.js';
import { flatText } from '../../../../src/webview/common/flatText.js';

const ZEROS = new Float32Array(4);
const TOKENS = { tokens: true };

const textOf = (
  info: { readonly tokens: boolean },
  map: Float32Array,
  relevanceSum: number | null,
): unknown => flatText(info, { map, relevanceSum }, PANEL_STRINGS);

test('a map that differs from place to place needs no words', () => {
  expect(textOf(TOKENS, Float32Array.of(0, 1), 0.3)).toBeNull();
});

test('tokens without relevance, where the layer has some, take no part any more', () => {
  expect(textOf(TOKENS, ZEROS, 0.3)).toBe(PANEL_STRINGS.idleTokens);
  expect(textOf(TOKENS, ZEROS, -0.3)).toBe(PANEL_STRINGS.idleTokens);
});

test.each([
  ['a feature map', { tokens: false }, ZEROS, 0.3],
  ['the same value everywhere but 0', TOKENS, Float32Array.of(2, 2), 0.3],
  ['a layer that no relevance reaches', TOKENS, ZEROS, 0],
  ['a method that carries none', TOKENS, ZEROS, null],
])('of %s only that it is flat is known', (_, info, map, relevanceSum) => {
  expect(textOf(info, map, relevanceSum)).toBe(PANEL_STRINGS.flatMap);
});
