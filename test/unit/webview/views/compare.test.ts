import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { ModelInfo } from '../../../../src/protocol/model.js';
import {
  chosenLayers,
  COMPARE_CHOICE,
  legendScale,
  scaleOfMap,
} from '../../../../src/webview/views/compare/compareChoice.js';
import { placeAfter } from '../../../../src/webview/common/gridFocus.js';
import { layerChoices, pixelChoice } from '../../../../src/webview/layers/layerChoices.js';
import { makeModel } from '../../../panel-harness/model.js';

const model: ModelInfo = makeModel(false, false);
const all = [pixelChoice(model, 'pixels'), ...layerChoices(model)];
const tensorOf = (path: string): string => all.find((layer) => layer.path === path)?.tensor ?? '';

describe('layers to compare', () => {
  it('go by the name of the outermost module they stand for', () => {
    expect(all.length).toBe(model.layers.length + 1);
    expect(all.at(-1)?.path).toBe('layer4');
    expect(all[0]).toEqual({
      ...{ tensor: 'x', path: 'pixels', channels: 3, height: 224, width: 224, tokens: false },
    });
  });

  it('are the ends of the stages, the deepest first, where none were chosen', () => {
    const paths = chosenLayers(model, all, null).map(({ path }) => path);
    expect(paths).toEqual(['layer4', 'layer3', 'layer2', 'layer1', 'relu']);
  });

  it('leave out stages that nothing reaches', () => {
    const blocked = makeModel(true, false);
    const paths = chosenLayers(blocked, layerChoices(blocked), null).map(({ path }) => path);
    expect(paths).toEqual(['layer4', 'layer3', 'layer2', 'layer1']);
  });

  it('are those kept, in their order, as far as the model has them', () => {
    const kept = [tensorOf('layer4'), 'of another model', tensorOf('layer1')];
    expect(chosenLayers(model, all, kept).map(({ path }) => path)).toEqual(['layer4', 'layer1']);
    expect(chosenLayers(model, all, [])).toEqual([]);
    expect(chosenLayers(model, all, ['of another model']).length).toBe(5);
  });
});

it('what was chosen comes back, in the size that fits where none was kept', () => {
  const { schema, initial } = COMPARE_CHOICE;
  const chosen = { ...initial, layers: ['relu_1'], size: 'large' } as const;
  expect(v.parse(schema, chosen)).toEqual(chosen);
  const { methods, layers, scale } = initial;
  expect(v.parse(schema, { methods, layers, scale })).toEqual(initial);
});

describe('the scale of a map', () => {
  const map = Float32Array.of(-1, 0, 4);
  const colors = { scale: 'own', colorMap: 'viridis', methods: ['relevance-cam'] } as const;
  const shared = { ...colors, scale: 'shared' } as const;

  it('is its own, or reaches equally far to both sides of zero', () => {
    expect(scaleOfMap(map, colors)).toEqual([-1, 4]);
    expect(scaleOfMap(map, { ...shared, methods: ['grad-cam', 'relevance-cam'] })).toEqual([-4, 4]);
    expect(scaleOfMap(Float32Array.of(-6, 4), shared)).toEqual([-6, 6]);
  });

  it('begins at zero where no method can go below', () => {
    expect(scaleOfMap(Float32Array.of(1, 4), { ...shared, methods: ['grad-cam'] })).toEqual([0, 4]);
    expect(legendScale({ ...shared, methods: ['grad-cam', 'score-cam'] })).toEqual([0, 1]);
    expect(legendScale({ ...shared, methods: ['grad-cam', 'lrp'] })).toEqual([-1, 1]);
    expect(legendScale({ ...colors, methods: ['lrp'] })).toEqual([0, 1]);
  });

  it('has white at zero in diverging colours, in every map and in the legend', () => {
    const seismic = { ...colors, colorMap: 'seismic' } as const;
    expect(scaleOfMap(map, seismic)).toEqual([-4, 4]);
    expect(scaleOfMap(Float32Array.of(1, 4), seismic)).toEqual([-4, 4]);
    expect(legendScale(seismic)).toEqual([-1, 1]);
    expect(legendScale({ ...seismic, methods: ['grad-cam'] })).toEqual([0, 1]);
  });
});

describe('the keyboard in the grid', () => {
  const last = { row: 3, column: 2 };

  it('goes from cell to cell and to the headers', () => {
    expect(placeAfter('ArrowRight', { row: 1, column: 1 }, last)).toEqual({ row: 1, column: 2 });
    expect(placeAfter('ArrowUp', { row: 1, column: 1 }, last)).toEqual({ row: 0, column: 1 });
    expect(placeAfter('Home', { row: 2, column: 2 }, last)).toEqual({ row: 2, column: 0 });
    expect(placeAfter('End', { row: 2, column: 0 }, last)).toEqual({ row: 2, column: 2 });
  });

  it('stays inside and out of the empty corner', () => {
    expect(placeAfter('ArrowRight', { row: 1, column: 2 }, last)).toBeNull();
    expect(placeAfter('ArrowDown', { row: 3, column: 0 }, last)).toBeNull();
    expect(placeAfter('ArrowUp', { row: 1, column: 0 }, last)).toBeNull();
    expect(placeAfter('ArrowLeft', { row: 0, column: 1 }, last)).toBeNull();
    expect(placeAfter('Home', { row: 0, column: 2 }, last)).toEqual({ row: 0, column: 1 });
    expect(placeAfter('Tab', { row: 1, column: 1 }, last)).toBeNull();
  });
});
