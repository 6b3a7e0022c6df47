import { describe, expect, it } from 'vitest';

import { restoredPanel } from '../../../../src/extension/panel/panelState.js';
import type { PanelState } from '../../../../src/protocol/panel.js';
import { DISPLAY } from '../../../display.js';

const STATE: PanelState = {
  version: 5,
  view: 'compare',
  views: {},
  image: '/ws/zebra.png',
  models: [{ model: '/ws/other.onnx' }],
  tensor: 'relu_1',
  target: 340,
  method: 'relevance-cam',
  expected: null,
  display: DISPLAY,
  framing: { marks: false, cropOnly: false },
  scaleMode: 'own',
};

describe('a panel that is restored', () => {
  it('remembers its picture, class and layer', () => {
    expect(restoredPanel(STATE)).toMatchObject({ image: '/ws/zebra.png', target: 340, tensor: 'relu_1' });
  });

  it('remembers the model chosen for it alone, and the checkpoint whose weights that has', () => {
    const weights = { file: '/ws/epoch_3.pth', reference: null, candidates: ['/ws/epoch_2.pth'] };
    const models = [{ model: '/ws/graph.onnx', weights }, null];
    expect(restoredPanel({ ...STATE, models })?.models).toEqual(models);
  });

  it.each([
    ['nothing', undefined],
    ['another version', { ...STATE, version: 1 }],
    ['no picture', { ...STATE, image: '' }],
    ['a model without a path', { ...STATE, models: [{ model: '' }] }],
    ['a class that cannot be', { ...STATE, target: -1 }],
    ['something else', 'zebra.png'],
  ])('is given up with %s', (_, state) => {
    expect(restoredPanel(state)).toBeNull();
  });
});
