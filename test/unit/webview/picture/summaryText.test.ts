import { expect, test } from 'vitest';
import { percentFormat } from '../../../../src/protocol/numbers.js';
import { PANEL_STRINGS } from '../../../../src/protocol/panelStrings.js';
import { summaryText } from '../../../../src/webview/picture/summaryText.js';

/** What is said of a map of 5 × 5, seen as 5 × 5 pixels, whose cell at this place is higher than the others. */
function said(column: number, row: number, height = 1): string {
  const values = new Float32Array(25);
  values[5 * row + column] = height;
  const input = { inputWidth: 5, inputHeight: 5 };
  return summaryText({ width: 5, height: 5, values }, input, PANEL_STRINGS, percentFormat('en'));
}

test('a map is said by its strongest place, as one sees it, and by how much of the picture it is strong on', () => {
  const places = [0, 2, 4].map((row) =>
    [0, 2, 4].map((column) => /^Strongest (.*), 4% of the picture/.exec(said(column, row))?.[1]),
  );
  expect(places).toEqual([
    ['at the top left', 'above the centre', 'at the top right'],
    ['left of the centre', 'in the centre', 'right of the centre'],
    ['at the bottom left', 'below the centre', 'at the bottom right'],
  ]);
});

test('of a map that is the same everywhere nothing is said', () => {
  expect(said(0, 0, 0)).toBe('');
});
