import { describe, expect, it } from 'vitest';

import { addressOf } from '../../../../src/webview/report/pictures/addressOf.js';
import { shownCell } from '../../../../src/webview/report/pictures/shownCell.js';
import { choiceOf, readKept, toKept } from '../../../../src/webview/report/state/persistence.js';
import { initialState } from '../../../../src/webview/report/state/pageState.js';
import { FIRST_CHOICE } from '../../../../src/webview/report/state/choice.js';
import { reportOf } from '../../evaluation/reports.js';

const { plan } = reportOf([]);

describe('whose pictures are shown', () => {
  it('is at first the first metric and method at the deepest layer', () => {
    const shown = shownCell(plan, FIRST_CHOICE);
    expect(shown).toMatchObject({
      metric: 'average-drop',
      method: 'relevance-cam',
      layer: { label: 'layer2' },
    });
  });

  it('is what was chosen, as far as the plan has it', () => {
    const choice = { metric: 'iou', method: 'lrp', tensor: 'a' } as const;
    const shown = shownCell(plan, choice);
    expect(shown?.place).toEqual({ metric: 1, method: 0, layer: 0 });
  });

  it('is nothing where nothing was planned', () => {
    expect(shownCell({ ...plan, metrics: [] }, FIRST_CHOICE)).toBeNull();
  });
});

describe('the address of a picture', () => {
  it('names it whatever is in its name', () => {
    const pictures = { kind: 'below', address: 'https://host/pictures' } as const;
    const address = addressOf(pictures, 'a b/50 %#?.png');
    expect(address).toBe('https://host/pictures/a%20b/50%20%25%23%3F.png');
  });

  it('is the picture itself where the page holds it', () => {
    const pictures = { kind: 'whole', addresses: { 'a.png': 'data:,' } } as const;
    expect(addressOf(pictures, 'a.png')).toBe('data:,');
    expect(addressOf(pictures, 'b.png')).toBeNull();
  });
});

describe('what the page keeps', () => {
  it('comes back', () => {
    const choice = { ...FIRST_CHOICE, sorts: { iou: { method: null, descending: true } }, tensor: 'a' };
    const kept = readKept(JSON.parse(JSON.stringify(toKept(initialState(choice)))));
    expect(choiceOf(kept)).toEqual(choice);
  });

  it('is as at first where it is damaged', () => {
    expect(readKept({ version: 2 })).toBeNull();
    expect(choiceOf({ version: 1, other: null, choice: { sorts: 3 } })).toEqual(FIRST_CHOICE);
  });
});
