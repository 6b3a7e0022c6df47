import { l10n } from 'vscode';

import type { LayerInfo } from '../../protocol/model.js';
import { shapeOf } from './layerFilter.js';

/** Channels, height and width of a layer, and whether its positions are tokens where its reading does not say so. */
export function shapeText(layer: LayerInfo): string {
  const shape = shapeOf(layer);
  return layer.tokens && layer.reading !== 'tokens' ? l10n.t('{0} tokens', shape) : shape;
}
