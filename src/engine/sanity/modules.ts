import type { LayerNode } from '../../protocol/model.js';
import { SANITY_MODULES } from '../../protocol/sanity.js';
import { fileNodes } from '../layers/fileNodes.js';
import { layerPaths, layerTree } from '../layers/layerTree.js';
import type { Graph } from '../onnx/graph.js';
import type { PreparedModel } from '../prepare/prepare.js';
import type { Weight } from './weights.js';

/** A part of a model whose weights are drawn anew together. */
export interface Module {
  /** As the layer tree calls it. */
  readonly name: string;
  readonly weights: readonly Weight[];
}

/**
 * The modules that weights belong to, from the logits down: as far down the tree as these are few enough.
 * @param file the graph as the file has it
 */
export function modulesOf(
  file: Graph,
  { analysis, layers }: Pick<PreparedModel, 'analysis' | 'layers'>,
  weights: readonly Weight[],
): readonly Module[] {
  const nodeOf = fileNodes(file, analysis.graph);
  const sizes = new Map(layers.map(({ tensor, height, width }) => [tensor, { height, width }]));
  const ofTensor = new Map<string, readonly Weight[]>();
  for (const weight of weights) {
    const [tensor = ''] = weight.node.outputs;
    ofTensor.set(tensor, [...(ofTensor.get(tensor) ?? []), weight]);
  }
  const sources = Array.from(ofTensor, ([tensor, [first]]) => ({
    tensor,
    node: nodeOf(tensor) ?? first?.node,
    ...(sizes.get(tensor) ?? FLAT),
  }));
  const paths = layerPaths(sources.flatMap(({ node, ...rest }) => (node ? [{ ...rest, node }] : [])));
  const position = new Map([...ofTensor.keys()].map((tensor, index) => [tensor, index]));
  const last = (module: LayerNode): number =>
    Math.max(...tensorsIn(module).map((tensor) => position.get(tensor) ?? 0));
  return finest(layerTree(paths))
    .toSorted((a, b) => last(b) - last(a))
    .map((module) => ({
      name: module.path,
      weights: tensorsIn(module).flatMap((tensor) => ofTensor.get(tensor) ?? []),
    }));
}

/** What has no places has one. */
const FLAT = { height: 1, width: 1 };

function finest(tree: readonly LayerNode[]): readonly LayerNode[] {
  const finer = tree.flatMap((node) => (node.children.length > 0 ? node.children : [node]));
  const isWhole = tree.every(({ children }) => children.length === 0);
  return isWhole || finer.length > SANITY_MODULES ? tree : finest(finer);
}

function tensorsIn({ tensor, children }: LayerNode): readonly string[] {
  return children.length === 0 ? [tensor] : children.flatMap(tensorsIn);
}
