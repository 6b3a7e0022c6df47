import type { LayerNode } from '../../protocol/model.js';
import type { Node } from '../onnx/graph.js';

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
  const modules = new Set(layers.flatMap(({ node }) => node.modulePath));
  const named =
    modules.size > 0
      ? numberCalls(layers.map(({ node }) => [...withoutParents(owningModules(node, modules)), node.op]))
      : layers.map(({ node }) => withoutParents(node.name.split('/').filter(Boolean)));
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

/**
 * The modules that a node belongs to. The newer PyTorch exporter puts a convolution with the normalisation folded into it
 * among the nodes of the normalisation, but names its weight after the convolution, whose node it is with the older one.
 * @param modules all that there are
 */
function owningModules({ inputs, modulePath }: Node, modules: ReadonlySet<string>): readonly string[] {
  const owner = /^(.+)\.weight$/.exec(inputs[1] ?? '')?.[1];
  const own = modulePath.at(-1);
  if (owner === undefined || own === undefined || isWithin(owner, own)) return modulePath;
  if (!modulePath.slice(0, -1).every((parent) => isWithin(owner, parent))) return modulePath;
  const parents = [...modules].filter((module) => module !== owner && isWithin(owner, module));
  return [...parents.sort((a, b) => a.length - b.length), owner];
}

function isWithin(module: string, parent: string): boolean {
  return `${module}.`.startsWith(`${parent}.`);
}

/** Module names each repeat their parents: `layer1`, `layer1.0`, `layer1.0.conv1`. */
function withoutParents(names: readonly string[]): readonly string[] {
  return names.map((name, index) => {
    const parent = names[index - 1];
    return parent !== undefined && name.startsWith(`${parent}.`) ? name.slice(parent.length + 1) : name;
  });
}

/**
 * Tells the calls of one module apart as the older PyTorch exporter does in node names: `relu`, `relu_1`. A module that
 * was left and is entered again at the operator where it was entered first is called again.
 * @param paths modules and operator, in the order of computation
 */
function numberCalls(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const calls = new Map<string, { readonly entry: string; number: number }>();
  return paths.map((path, index) => {
    const before = paths[index - 1] ?? [];
    const numbered: string[] = [];
    path.slice(0, -1).forEach((name, depth) => {
      const key = [...numbered, name].join('/');
      const entry = path.slice(depth + 1).join('/');
      const isInside = path.slice(0, depth + 1).every((module, i) => before[i] === module);
      const call = calls.get(key) ?? { entry, number: 0 };
      if (calls.has(key) && !isInside && call.entry === entry) call.number++;
      calls.set(key, call);
      numbered.push(call.number === 0 ? name : `${name}_${call.number}`);
    });
    return [...numbered, ...path.slice(-1)];
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
