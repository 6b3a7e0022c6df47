import { DEFAULT_METHOD } from '../../protocol/methods.js';
import type { Blocker, LayerInfo, ModelInfo, OperatorCoverage, TensorInfo } from '../../protocol/model.js';
import { compile, type MethodOutputs } from '../compile/explanationGraph.js';
import type { OffGrid } from '../layers/featureMaps.js';
import { fileNodes } from '../layers/fileNodes.js';
import type { FeatureMap } from '../layers/grid.js';
import { layerPaths, layerTree } from '../layers/layerTree.js';
import { type Graph, labelOf, opset } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { needed, producers } from '../onnx/walk.js';
import type { ImageInput } from '../prepare/imageInput.js';
import type { PreparedModel } from '../prepare/prepare.js';
import { subjectOf, USUAL } from './explainer.js';
import { nodeDetails } from './nodeDetails.js';

type GraphFacts = Pick<
  ModelInfo,
  | 'opset'
  | 'producer'
  | 'otherInputs'
  | 'outputs'
  | 'output'
  | 'activation'
  | 'fileOperators'
  | 'operators'
  | 'layers'
  | 'tree'
>;

/**
 * What the graph of a model tells about it.
 * @param graph as the file has it
 */
export function factsOf(graph: Graph, model: PreparedModel): GraphFacts {
  const reached = reachedByRelevance(model);
  return {
    opset: opset(graph),
    producer: graph.producer,
    otherInputs: Array.from(model.image.others, ([name, { shape, values, isText }]) => ({
      name,
      shape,
      isGiven: values !== null,
      ...(isText && { isText }),
    })),
    outputs: graph.outputs.map(({ name, shape }) => ({ name, shape })),
    output: outputOf(graph, model),
    activation: model.activation,
    fileOperators: operatorsOf(graph),
    operators: coverage(model, reached),
    ...describeLayers(graph, model, reached),
  };
}

/** What the usual method explains, and what stands in its way. */
type Reached = Pick<MethodOutputs, 'blocked' | 'obstacles'>;

function reachedByRelevance(model: PreparedModel): Reached {
  const { methods } = compile({ ...subjectOf(model, USUAL), refused: new Set() }, USUAL.methods);
  return methods.get(DEFAULT_METHOD) ?? { blocked: new Map(), obstacles: new Set() };
}

/** The tensor of the logits, where the file has one of them, else that of its answer. */
function outputOf(graph: Graph, { logits, output, analysis }: PreparedModel): TensorInfo {
  const name = producers(graph).has(logits) ? logits : output;
  return { name, shape: analysis.shape(name) };
}

/** Names and operators are those of the given file. */
function describeLayers(
  graph: Graph,
  model: PreparedModel,
  { blocked: unreached }: Reached,
): Pick<ModelInfo, 'tree' | 'layers'> {
  const nodeOf = fileNodes(graph, model.analysis.graph);
  const positions = new Map(
    graph.nodes.flatMap(({ outputs }) => outputs).map((name, place) => [name, place]),
  );
  const placeOf = ({ tensor }: Placed): number => positions.get(tensor) ?? 0;
  const all = [...model.layers, ...model.offGrid.map((layer) => asItComes(layer, model.image))];
  const inOrder = all.sort((a, b) => placeOf(a) - placeOf(b));
  const sources = inOrder.flatMap((layer) => {
    const node = nodeOf(layer.tensor);
    return node === undefined ? [] : [{ ...layer, node }];
  });
  const paths = layerPaths(sources);
  const offGrid = model.offGrid.map(({ tensor, at }): readonly [string, Blocker] => [
    tensor,
    { op: at.op, node: labelOf(at), reason: 'offGrid' },
  ]);
  const blocked = new Map([...unreached, ...offGrid]);
  const fieldOf = model.fieldsOf();
  const maps = new Map(model.layers.map((layer) => [layer.tensor, layer]));
  const layers = sources.map(({ tensor, channels, height, width, layout, node }): LayerInfo => {
    const map = maps.get(tensor);
    const field = map && fieldOf(map);
    return {
      tensor,
      path: (paths.get(tensor) ?? [tensor]).join('/'),
      op: node.op,
      details: nodeDetails(node, graph),
      channels,
      height,
      width,
      tokens: layout === 'tokens',
      reading: blocked.has(tensor) ? null : model.analysis.reading(tensor),
      blockedBy: blocked.get(tensor) ?? null,
      ...(field && { field }),
    };
  });
  return { layers, tree: layerTree(paths) };
}

type Placed = Omit<FeatureMap, 'order'>;

/** What has no grid, with its positions as they come: in a picture's place, or all in one row. */
function asItComes({ tensor, shape }: OffGrid, { layout }: ImageInput): Placed {
  const channels = (shape.length === 4 && layout === 'NCHW' ? shape[1] : shape.at(-1)) ?? 1;
  if (shape.length === 3) {
    const width = elementCount(shape.slice(0, -1));
    return { tensor, layout: 'tokens', channels, height: 1, width };
  }
  const [height = 1, width = 1] = layout === 'NCHW' ? shape.slice(2) : shape.slice(1);
  return { tensor, layout, channels, height, width };
}

/** Operator types on the way from the image to the logits, and whether relevance passes each. */
function coverage({ analysis }: PreparedModel, { obstacles }: Reached): readonly OperatorCoverage[] {
  // What the file has: the opposites of its last operators are none of them.
  const own = needed(analysis.graph.nodes, analysis.graph.outputs);
  const onTheWay = own.filter((node) => !node.outputs.every(analysis.isConstant));
  return operatorsOf({ nodes: onTheWay }).map((entry) => ({ ...entry, covered: !obstacles.has(entry.op) }));
}

function operatorsOf({ nodes }: Pick<Graph, 'nodes'>): ModelInfo['fileOperators'] {
  const types = [...new Set(nodes.map(({ op }) => op))].sort();
  return types.map((op) => ({ op, count: nodes.filter((node) => node.op === op).length }));
}
