import { describe, expect, it } from 'vitest';

import { restoredPanel } from '../../../../src/extension/panel/panelState.js';
import type { PanelState } from '../../../../src/protocol/panel.js';
import { DISPLAY } from '../../../display.js';

const STATE: PanelState = {
  version: 3,
  view: 'compare',
  views: {},
  image: '/ws/zebra.png',
  tensor: 'relu_1',
  target: 340,
  method: 'relevance-cam',
  expected: null,
  display: DISPLAY,
  scaleMode: 'own',
};

describe('a panel that is restored', () => {
  it('remembers its picture, class and layer', () => {
    expect(restoredPanel(STATE)).toMatchObject({ image: '/ws/zebra.png', target: 340, tensor: 'relu_1' });
  });

  it.each([
    ['nothing', undefined],
    ['another version', { ...STATE, version: 1 }],
    ['no picture', { ...STATE, image: '' }],
    ['a class that cannot be', { ...STATE, target: -1 }],
    ['something else', 'zebra.png'],
  ])('is given up with %s', (_, state) => {
    expect(restoredPanel(state)).toBeNull();
  });
});
