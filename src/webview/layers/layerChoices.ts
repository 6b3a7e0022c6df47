import type { ModelInfo } from '../../protocol/model.js';
import { allNodes } from '../../protocol/layerNodes.js';

/** A layer that can be chosen, or the pixels of the input. */
export interface LayerChoice {
  /** For the pixels, the name of the model's input. */
  readonly tensor: string;
  /** Path of the outermost module that the layer stands for. */
  readonly path: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly tokens: boolean;
}

/** Every layer of the model under the name that the tree gives it, in the order of computation. */
export function layerChoices({ layers, tree }: ModelInfo): readonly LayerChoice[] {
  const paths = new Map<string, string>();
  for (const { tensor, path } of allNodes(tree)) if (!paths.has(tensor)) paths.set(tensor, path);
  return layers.map(({ tensor, path, channels, height, width, tokens }) => ({
    tensor,
    path: paths.get(tensor) ?? path,
    channels,
    height,
    width,
    tokens,
  }));
}

/** The pixels of the input, which some methods explain too. */
export function pixelChoice({ input, preprocessing }: ModelInfo, path: string): LayerChoice {
  const { inputHeight: height, inputWidth: width, mean } = preprocessing;
  return { tensor: input.name, path, channels: mean.length, height, width, tokens: false };
}
