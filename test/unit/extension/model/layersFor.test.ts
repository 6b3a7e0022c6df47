import { describe, expect, it } from 'vitest';

import { layersFor } from '../../../../src/extension/model/layersFor.js';
import type { BlockedLayer, Explanation } from '../../../../src/protocol/explanation.js';
import type { MethodId } from '../../../../src/protocol/methods.js';
import type { Blocker, ModelInfo } from '../../../../src/protocol/model.js';
import { IMAGENET, layerOf, MODEL } from '../../models.js';

const NO_RULE: Blocker = { op: 'GridSample', node: '/GridSample', reason: 'noRule' };
const NOT_LAST: Blocker = { op: 'Conv', node: '/Conv', reason: 'notBeforeClassifier' };

/** Relevance does not reach the first of two layers. */
const TWO_LAYERS: ModelInfo = {
  ...MODEL,
  layers: [layerOf('shallow', { blockedBy: NO_RULE }), layerOf('deep')],
  preprocessing: { ...IMAGENET, inputWidth: 32, inputHeight: 24 },
};

function explanation(method: MethodId, blocked: readonly BlockedLayer[]): Explanation {
  return {
    model: MODEL.path,
    method,
    predictions: [],
    values: new Float32Array(10),
    probabilities: new Float32Array(10),
    apart: null,
    target: { index: 0, label: '', probability: 1, value: 1, logit: 1 },
    layers: [],
    blocked,
  };
}

function open(shown: Explanation | null): string[] {
  return layersFor(TWO_LAYERS, shown).flatMap(({ tensor, blockedBy }) => (blockedBy === null ? tensor : []));
}

describe('the layers of a model', () => {
  it('are those that relevance reaches, before there is an explanation', () => {
    expect(open(null)).toEqual(['deep']);
  });

  it('are all of them for a method that needs no relevance, though it came with none', () => {
    expect(open(explanation('score-cam', []))).toEqual(['shallow', 'deep']);
  });

  it('are those that the method left open, with its reason for the others', () => {
    const cam = explanation('cam', [{ tensor: 'shallow', blockedBy: NOT_LAST }]);
    expect(open(cam)).toEqual(['deep']);
    expect(layersFor(TWO_LAYERS, cam)[0]?.blockedBy).toEqual(NOT_LAST);
  });

  it.each(['lrp', 'clrp'] as const)('begin with the pixels of the input by %s', (method) => {
    const blocked = [{ tensor: 'shallow', blockedBy: NO_RULE }];
    const [pixels] = layersFor(TWO_LAYERS, explanation(method, blocked));
    expect(pixels).toMatchObject({ tensor: 'image', channels: 3, height: 24, width: 32, blockedBy: null });
    expect(open(explanation(method, [...blocked, { tensor: 'image', blockedBy: NO_RULE }]))).toEqual([
      'deep',
    ]);
  });
});
