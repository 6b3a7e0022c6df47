import { describe, expect, it } from 'vitest';

import { choiceFor } from '../../../../src/extension/evaluation/choice.js';
import type { LayerInfo, LayerNode, ModelInfo } from '../../../../src/protocol/model.js';

const blocked = { op: 'Mystery', node: 'm', reason: 'noRule' } as const;

function layer(tensor: string, size: number, blockedBy: LayerInfo['blockedBy'] = null): LayerInfo {
  const facts = { op: 'Relu', channels: 8, tokens: false, reading: 'positive' } as const;
  return { ...facts, tensor, path: tensor, height: size, width: size, blockedBy };
}

const LAYERS = [layer('a.0', 8), layer('a.1', 8), layer('b.0', 4), layer('c.0', 2, blocked)];

const node = (name: string, tensor: string): LayerNode => ({ name, path: name, tensor, children: [] });

const MODEL: Pick<ModelInfo, 'layers' | 'tree' | 'input'> = {
  input: { name: 'x', shape: [1, 3, 8, 8] },
  layers: LAYERS,
  tree: [node('a', 'a.1'), node('b', 'b.0'), node('c', 'c.0')],
};

describe('what is evaluated', () => {
  it('is the usual, at the ends of the stages that can be explained, before anything was chosen', () => {
    expect(choiceFor(MODEL, undefined)).toMatchObject({
      methods: ['relevance-cam', 'grad-cam', 'grad-cam++'],
      layers: ['a.1', 'b.0'],
      limit: 100,
    });
  });

  it('is what was chosen last, as far as the model has it', () => {
    const last = {
      ...choiceFor(MODEL, undefined),
      methods: ['clrp'],
      layers: ['b.0', 'of another model'],
      metrics: ['road'],
      limit: null,
    } as const;
    expect(choiceFor(MODEL, last)).toEqual({ ...last, layers: ['b.0'] });
  });

  it('is at the ends of the stages where none of the layers chosen last is there', () => {
    const last = { ...choiceFor(MODEL, undefined), layers: ['of another model'] };
    expect(choiceFor(MODEL, last).layers).toEqual(['a.1', 'b.0']);
  });
});
