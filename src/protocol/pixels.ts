/** The input's pixels, which some methods explain as they do layers. */

import { METHOD_FACTS, METHODS, type MethodId } from './methods.js';
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

/** The methods that explain something of a model: of one without layers, those that go down to the pixels. */
export function methodsFor({ layers }: Pick<ModelInfo, 'layers'>): readonly MethodId[] {
  return layers.length > 0 ? METHODS : METHODS.filter((method) => METHOD_FACTS[method].pixels);
}

/** The method wanted, or the first one that explains something of the model. */
export function methodFor(model: Pick<ModelInfo, 'layers'>, wanted: MethodId): MethodId {
  const methods = methodsFor(model);
  return methods.includes(wanted) ? wanted : (methods[0] ?? wanted);
}
