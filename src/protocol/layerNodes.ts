import type { LayerNode } from './model.js';

/** All nodes, parents before children. */
export function* allNodes(tree: readonly LayerNode[]): Generator<LayerNode> {
  for (const node of tree) {
    yield node;
    yield* allNodes(node.children);
  }
}

/** The outermost node that stands for a feature map: a module rather than the last operator in it. */
export function nodeOfTensor(tree: readonly LayerNode[], tensor: string): LayerNode | null {
  for (const node of allNodes(tree)) if (node.tensor === tensor) return node;
  return null;
}
