import type { LayerNode } from '../../../src/protocol/model.js';

/** A tree from paths, in the order given; a node's tensor is that of its last descendant, a leaf's is its path. */
export function treeOf(...paths: readonly string[]): readonly LayerNode[] {
  return below('', paths);
}

function below(prefix: string, paths: readonly string[]): readonly LayerNode[] {
  const names = new Set(paths.map((path) => path.split('/')[0] ?? ''));
  return [...names].map((name) => {
    const path = prefix + name;
    const inside = paths
      .filter((other) => other.startsWith(`${name}/`))
      .map((other) => other.slice(name.length + 1));
    const children = inside.length > 0 ? below(`${path}/`, inside) : [];
    return { name, path, tensor: children.at(-1)?.tensor ?? path, children };
  });
}
