import { describe, expect, it } from 'vitest';

import { layersFor } from '../../../../src/extension/model/layersFor.js';
import type { BlockedLayer, Explanation } from '../../../../src/protocol/explanation.js';
import type { MethodId } from '../../../../src/protocol/methods.js';
import type { Blocker, LayerInfo, ModelInfo } from '../../../../src/protocol/model.js';

const NO_RULE: Blocker = { op: 'GridSample', node: '/GridSample', reason: 'noRule' };
const NOT_LAST: Blocker = { op: 'Conv', node: '/Conv', reason: 'notBeforeClassifier' };

/** Relevance does not reach the first of two layers. */
const MODEL: ModelInfo = {
  path: '/model.onnx',
  opset: 18,
  producer: '',
  input: { name: 'image', shape: [1, 3, 32, 32] },
  output: { name: 'logits', shape: [1, 10] },
  tree: [],
  layers: [layer('shallow', NO_RULE), layer('deep', null)],
  operators: [],
  labels: [],
  preprocessing: {
    fit: 'squash',
    resize: 32,
    inputWidth: 32,
    inputHeight: 24,
    interpolation: 'bilinear',
    range: [0, 1],
    mean: [0, 0, 0],
    std: [1, 1, 1],
    channelOrder: 'RGB',
    layout: 'NCHW',
  },
  preprocessingSource: 'model',
};

function layer(tensor: string, blockedBy: Blocker | null): LayerInfo {
  return { tensor, path: tensor, op: 'Conv', channels: 4, height: 8, width: 8, tokens: false, blockedBy };
}

function explanation(method: MethodId, blocked: readonly BlockedLayer[]): Explanation {
  return {
    model: MODEL.path,
    method,
    predictions: [],
    probabilities: new Float32Array(10),
    target: { index: 0, label: '', probability: 1, logit: 1 },
    layers: [],
    blocked,
  };
}

function open(shown: Explanation | null): string[] {
  return layersFor(MODEL, shown).flatMap(({ tensor, blockedBy }) => (blockedBy === null ? tensor : []));
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
    expect(layersFor(MODEL, cam)[0]?.blockedBy).toEqual(NOT_LAST);
  });

  it.each(['lrp', 'clrp'] as const)('begin with the pixels of the input by %s', (method) => {
    const blocked = [{ tensor: 'shallow', blockedBy: NO_RULE }];
    const [pixels] = layersFor(MODEL, explanation(method, blocked));
    expect(pixels).toMatchObject({ tensor: 'image', channels: 3, height: 24, width: 32, blockedBy: null });
    expect(open(explanation(method, [...blocked, { tensor: 'image', blockedBy: NO_RULE }]))).toEqual([
      'deep',
    ]);
  });
});
