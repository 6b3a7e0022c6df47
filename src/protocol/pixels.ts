/** The input's pixels, which some methods explain as they do layers. */

import type { LayerInfo, LayerNode, ModelInfo } from './model.js';

/** No module's path begins so. */
export const PIXELS_PATH = '/pixels';

/** The row above all layers that stands for the input's pixels. */
export function pixelNode({ input }: ModelInfo, name: string): LayerNode {
  return { name, path: PIXELS_PATH, tensor: input.name, children: [] };
}

/** The pixels as if they were a layer. */
export function pixelLayer({ input, preprocessing }: ModelInfo): LayerInfo {
  const { inputHeight: height, inputWidth: width, mean } = preprocessing;
  const { name: tensor } = input;
  return {
    tensor,
    path: PIXELS_PATH,
    op: 'Input',
    channels: mean.length,
    height,
    width,
    tokens: false,
    reading: null,
    blockedBy: null,
  };
}
