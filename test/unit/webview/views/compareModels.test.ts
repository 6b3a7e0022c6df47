import { describe, expect, it } from 'vitest';
import type { LayerChoice } from '../../../../src/webview/layers/layerChoices.js';
import { matchLayer, type ModelLayers } from '../../../../src/webview/views/compare/matchLayers.js';
import { sameClass } from '../../../../src/webview/views/compare/sameClass.js';
import { makeExplanation } from '../../../panel-harness/explanation.js';
import { makeModel } from '../../../panel-harness/model.js';

const IMAGENET = ['tench, Tinca tinca', 'zebra', 'crane', 'crane'];
const explanation = makeExplanation(makeModel(false, false), 2);
const predicted = explanation.predictions[0]?.index;

function classOf(index: number, labels: readonly string[], others: readonly string[]): readonly unknown[] {
  const found = sameClass(index, labels, others, explanation);
  return [found.index, found.by];
}

describe('the class of a second model', () => {
  it('is the one of the same name, however it is written', () => {
    expect(classOf(1, IMAGENET, ['cat', 'dog', 'Zebra'])).toEqual([2, 'name']);
    expect(classOf(0, IMAGENET, ['tinca_tinca', 'zebra'])).toEqual([0, 'name']);
    expect(classOf(0, ['French-horn'], ['tuba', 'french horn'])).toEqual([1, 'name']);
  });

  it('is that of the same place where several have the name', () => {
    expect(classOf(3, IMAGENET, IMAGENET)).toEqual([3, 'name']);
    const capitals = IMAGENET.map((label) => label.toUpperCase());
    expect(classOf(3, IMAGENET, capitals)).toEqual([3, 'name']);
    expect(classOf(0, ['crane'], IMAGENET)).toEqual([predicted, 'prediction']);
  });

  it('is that of the same number where neither model names its classes', () => {
    const numbers = (count: number): string[] =>
      Array.from({ length: count }, (_, index) => `class ${index}`);
    expect(classOf(1, numbers(3), numbers(3))).toEqual([1, 'number']);
    expect(classOf(1, numbers(3), numbers(4))).toEqual([predicted, 'prediction']);
    expect(classOf(1, numbers(4), IMAGENET)).toEqual([predicted, 'prediction']);
  });
});

const layer = (path: string, side: number): LayerChoice => ({
  ...{ tensor: path, path, channels: 1, height: side, width: side, tokens: false },
});
const OWN: ModelLayers = [
  ...([layer('pixels', 224), layer('stem', 112), layer('layer1', 56), layer('layer4/0', 7)] as const),
  ...[layer('layer4/1', 7)],
];

describe('the layer of a second model', () => {
  const matched = (row: LayerChoice, others: ModelLayers): readonly unknown[] => {
    const found = matchLayer(row, OWN, others);
    return [found?.layer.path, found?.by];
  };

  it('is that of the same name in the same stage', () => {
    const others: ModelLayers = [layer('pixels', 448), layer('layer1', 112), layer('layer4/1', 56)];
    expect(matched(layer('layer1', 56), others)).toEqual(['layer1', 'name']);
    expect(matched(layer('layer4/1', 7), others)).toEqual(['layer4/1', 'stage']);
    expect(matched(OWN[0], others)).toEqual(['pixels', 'name']);
  });

  it('else is as deep in the stage that is reduced as often, or nearly', () => {
    const others: ModelLayers = [
      ...([layer('pixels', 384), layer('f/0', 96), layer('f/1', 24), layer('f/2', 12)] as const),
      ...[layer('f/3', 12), layer('f/4', 12), layer('f/5', 12)],
    ];
    expect(matched(layer('layer1', 56), others)).toEqual(['f/0', 'stage']);
    expect(matched(layer('layer4/0', 7), others)).toEqual(['f/3', 'stage']);
    expect(matched(layer('layer4/1', 7), others)).toEqual(['f/5', 'stage']);
    expect(matched(layer('stem', 112), others)).toEqual(['f/0', 'stage']);
  });

  it('is none where the other has no layers', () => {
    expect(matchLayer(layer('layer1', 56), OWN, [layer('pixels', 224)])).toBeNull();
  });
});
