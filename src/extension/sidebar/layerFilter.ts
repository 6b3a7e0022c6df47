import type { LayerInfo, LayerNode } from '../../protocol/model.js';

/** How the tree is narrowed: every word must occur in a layer's path, name, operator or shape (`layer2 conv 28×28`). */
export function filterTree(
  tree: readonly LayerNode[],
  layers: ReadonlyMap<string, LayerInfo>,
  filter: string,
): readonly LayerNode[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return tree;
  const matches = (node: LayerNode): boolean => {
    const layer = layers.get(node.tensor);
    const text =
      `${node.path} ${node.name} ${layer === undefined ? '' : `${layer.op} ${shapeOf(layer)}`}`.toLowerCase();
    return words.every((word) => text.includes(word.replaceAll('x', '×')) || text.includes(word));
  };
  const narrow = (node: LayerNode): LayerNode[] => {
    const children = node.children.flatMap(narrow);
    return children.length > 0 || matches(node) ? [{ ...node, children }] : [];
  };
  return tree.flatMap(narrow);
}

/** Channels × height × width. */
export function shapeOf({ channels, height, width }: LayerInfo): string {
  return `${channels}×${height}×${width}`;
}
