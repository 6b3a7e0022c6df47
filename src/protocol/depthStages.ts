import type { LayerInfo, LayerNode } from './model.js';
import { allNodes } from './layerNodes.js';

/** More maps than this no longer fit side by side. */
export const MAX_STAGES = 12;

/** Fewer sizes than this make no stages. */
const FEWEST_STAGES = 3;

type Layer = Pick<LayerInfo, 'tensor' | 'height' | 'width'>;

/**
 * The maps that tell the model's story from shallow to deep: the last of each module, as far down the tree as these
 * are few enough, and the last of each spatial size that no module ends in.
 */
export function depthStages<T extends Layer>(tree: readonly LayerNode[], layers: readonly T[]): readonly T[] {
  let stages = lastOfEachSize(layers);
  for (let modules = tree; modules.length > 0; modules = modules.flatMap(below)) {
    const ends = lastOfEachModule(modules, layers);
    const sizes = new Set(ends.map(sizeOf));
    const others = lastOfEachSize(layers).filter((layer) => !sizes.has(sizeOf(layer)));
    const finer = union(layers, ends, others);
    if (finer.length > MAX_STAGES) break;
    stages = finer;
    if (modules.every((node) => node.children.length === 0)) break;
  }
  return stages.slice(-MAX_STAGES);
}

/**
 * The last map of each spatial size, from shallow to deep: the ends of a network's stages. Where a network keeps its
 * size, as transformers do, `depthStages`.
 */
export function stageEnds<T extends Layer>(tree: readonly LayerNode[], layers: readonly T[]): readonly T[] {
  const ends = union(layers, lastOfEachSize(layers));
  return ends.length < FEWEST_STAGES ? depthStages(tree, layers) : ends;
}

/** A module's name; numbered ones, as in a row of blocks, with the name of what they are in. */
export function stageName(path: string): string {
  const names = path.split('/');
  return names.slice(/^\d+$/.test(names.at(-1) ?? '') ? -2 : -1).join('/');
}

function below(node: LayerNode): readonly LayerNode[] {
  return node.children.length > 0 ? node.children : [node];
}

function lastOfEachSize<T extends Layer>(layers: readonly T[]): readonly T[] {
  const last = new Map(layers.map((layer) => [sizeOf(layer), layer]));
  return [...last.values()];
}

function sizeOf({ height, width }: Layer): string {
  return `${height}×${width}`;
}

function lastOfEachModule<T extends Layer>(
  modules: readonly LayerNode[],
  layers: readonly T[],
): readonly T[] {
  return modules.flatMap((module) => {
    const tensors = new Set([...allNodes([module])].map((node) => node.tensor));
    return layers.findLast((layer) => tensors.has(layer.tensor)) ?? [];
  });
}

function union<T>(layers: readonly T[], ...parts: readonly (readonly T[])[]): readonly T[] {
  const wanted = new Set(parts.flat());
  return layers.filter((layer) => wanted.has(layer));
}
