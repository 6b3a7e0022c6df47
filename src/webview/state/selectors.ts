import type { Marks } from '../../protocol/annotations.js';
import type { LayerExplanation, TopChannel } from '../../protocol/explanation.js';
import type { Blocker, LayerInfo } from '../../protocol/model.js';
import type { Grid } from '../../heatmap/grid.js';
import { regionsFor } from '../../heatmap/iou.js';
import { extentOf, signedExtentOf } from '../../heatmap/normalize.js';
import { clipped } from '../../heatmap/quantile.js';
import { nodeOfTensor } from '../../protocol/layerNodes.js';
import { knownBlocker, knownLayer } from './known.js';
import { subjectOf, type PageState } from './pageState.js';

export type Scale = readonly [low: number, high: number];

/** The explanation of a layer by the current method for the current class. */
export function layerOf(state: PageState, tensor: string | null): LayerExplanation | null {
  const subject = subjectOf(state);
  const explanation = subject?.explanation;
  if (!explanation || tensor === null) return null;
  return knownLayer(subject.known, explanation.method, explanation.target.index, tensor)?.layer ?? null;
}

/** The explanation of the chosen layer. */
export function currentLayer(state: PageState): LayerExplanation | null {
  return layerOf(state, state.tensor);
}

/** Why a layer cannot be explained: by the current method, or before there is one, by any that needs relevance. */
export function blockerOfLayer(state: PageState, layer: LayerInfo): Blocker | null {
  const subject = subjectOf(state);
  const method = subject?.explanation?.method;
  return method ? knownBlocker(subject.known, method, layer.tensor) : layer.blockedBy;
}

/** Why the chosen layer has no map. */
export function currentBlocker(state: PageState): Blocker | null {
  const subject = subjectOf(state);
  const method = subject?.explanation?.method;
  return method && state.tensor !== null ? knownBlocker(subject.known, method, state.tensor) : null;
}

/** Whether the input's pixels are chosen. */
export function isPixels(state: PageState): boolean {
  return state.tensor !== null && state.tensor === subjectOf(state)?.model?.input.name;
}

/** Whether the positions of the chosen layer are tokens. */
export function isOnTokens(state: PageState): boolean {
  const layers = subjectOf(state)?.model?.layers ?? [];
  return layers.some(({ tensor, tokens }) => tokens && tensor === state.tensor);
}

/** Path of the chosen layer in the tree. */
export function currentPath(state: PageState): string | null {
  const { tensor, path } = state;
  if (path !== null || tensor === null) return path;
  return nodeOfTensor(subjectOf(state)?.model?.tree ?? [], tensor)?.path ?? tensor;
}

/** The channel shown instead of the map. */
export function currentChannel(state: PageState): TopChannel | null {
  return currentLayer(state)?.top.find(({ channel }) => channel === state.channel) ?? null;
}

/** What files beside the picture mark in it that counts for the class; null where it is not to be drawn, or there is nothing. */
export function currentMarks(state: PageState): Marks | null {
  const marks = state.framing.marks ? marksOfClass(state) : null;
  return marks && marks.shapes.length > 0 ? marks : null;
}

function marksOfClass(state: PageState): Marks | null {
  const { model, annotations, explanation } = subjectOf(state) ?? {};
  if (!model || !annotations || !explanation) return null;
  const regions = regionsFor(annotations.regions, explanation.target.index);
  const { inputWidth, inputHeight } = model.preprocessing;
  return { shapes: regions.map(({ shape }) => shape), inputWidth, inputHeight };
}

/** What the picture shows: the layer's map, or the activation of one of its channels. */
export function currentGrid(state: PageState): Grid | null {
  const layer = currentLayer(state);
  return layer && gridOf(layer, currentChannel(state)?.activation ?? layer.map);
}

/** A layer's map, or the values given, on the layer's grid. */
export function gridOf(layer: LayerExplanation, values: Float32Array = layer.map): Grid {
  return { width: layer.width, height: layer.height, values };
}

/**
 * Lowest and highest value that the colours stand for; a channel's activation is always on its own scale, about zero
 * where it has both signs.
 */
export function scaleOf(
  { scaleMode, ranges }: PageState,
  layer: LayerExplanation,
  channel: TopChannel | null,
): Scale {
  const shared = scaleMode === 'shared' && !channel ? ranges.byTensor.get(layer.tensor) : undefined;
  const own = channel ? signedExtentOf(channel.activation) : extentOf(layer.map);
  return scaleMode === 'clipped' ? clipped(own, channel?.activation ?? layer.map) : (shared ?? own);
}
