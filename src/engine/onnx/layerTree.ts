import type { LayerNode } from '../../protocol/model.js';
import type { Node } from './graph.js';

/** A feature map and the node of the given file that computes it. */
export interface LayerSource {
  readonly tensor: string;
  readonly node: Node;
  readonly height: number;
  readonly width: number;
}

/**
 * Where each layer stands in the model: its module path and operator, from the exporter's metadata
 * (`pkg.torch.onnx.name_scopes`), else from node names such as `/layer1/layer1.0/conv1/Conv`; where a model has
 * neither, layers are grouped by spatial size.
 * @returns per tensor its path, outermost module first, unique among the layers
 */
export function layerPaths(layers: readonly LayerSource[]): ReadonlyMap<string, readonly string[]> {
  const named = layers.map(({ node }) =>
    node.modulePath.length > 0 ? fromMetadata(node) : fromName(node.name),
  );
  const nested = named.filter((path) => path.length > 1).length;
  const useNames = 2 * nested > layers.length;
  const taken = new Map<string, number>();
  return new Map(
    layers.map(({ tensor, node, height, width }, index) => {
      const own = node.name === '' ? tensor : node.name;
      const path = useNames ? (named[index] ?? []) : [`${height}×${width}`, own.replaceAll('/', '_')];
      const key = path.join('/');
      const count = (taken.get(key) ?? 0) + 1;
      taken.set(key, count);
      const last = path.at(-1) ?? own;
      return [tensor, count === 1 ? path : [...path.slice(0, -1), `${last}_${count - 1}`]];
    }),
  );
}

/** Module names each repeat their parents: `layer1`, `layer1.0`, `layer1.0.conv1`. */
function fromMetadata(node: Node): readonly string[] {
  return [...withoutParents(node.modulePath), node.op];
}

function fromName(name: string): readonly string[] {
  return withoutParents(name.split('/').filter(Boolean));
}

function withoutParents(names: readonly string[]): readonly string[] {
  return names.map((name, index) => {
    const parent = names[index - 1];
    return parent !== undefined && name.startsWith(`${parent}.`) ? name.slice(parent.length + 1) : name;
  });
}

interface Branch {
  tensor: string;
  readonly children: Map<string, Branch>;
}

/**
 * The tree of these paths. A module stands for the last feature map computed in it; a module with a single layer is
 * that layer.
 * @param paths in the order of computation
 */
export function layerTree(paths: ReadonlyMap<string, readonly string[]>): readonly LayerNode[] {
  const root: Branch = { tensor: '', children: new Map() };
  for (const [tensor, path] of paths) {
    let branch = root;
    for (const name of path) {
      const child = branch.children.get(name) ?? { tensor, children: new Map<string, Branch>() };
      branch.children.set(name, child);
      child.tensor = tensor;
      branch = child;
    }
  }
  return childrenOf(root, '');
}

function childrenOf(branch: Branch, parentPath: string): readonly LayerNode[] {
  return Array.from(branch.children, ([name, child]) => {
    const path = parentPath === '' ? name : `${parentPath}/${name}`;
    const children = childrenOf(child, path);
    const [only] = children;
    const single = children.length === 1 && only?.children.length === 0;
    return { name, path, tensor: child.tensor, children: single ? [] : children };
  });
}
