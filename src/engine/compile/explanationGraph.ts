import type { Blocker } from '../../protocol/model.js';
import type { Method } from '../methods/method.js';
import type { Grid } from '../model/axes.js';
import type { Graph, Node, ValueInfo } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import type { Analysis } from './analysis.js';
import { carryBack } from './backward.js';
import { GraphBuilder, type Value } from './builder.js';
import { TARGET, targetClass } from './seed.js';

/** Name of the explanation graph's input for the number of top channels: int64 [1]. */
export const TOP = 'relevance-cam/top';

/** A feature map of the model: (1, C, H, W), (1, H, W, C), or tokens (1, before + H·W, C). */
export interface FeatureMap extends Grid {
  readonly tensor: Value;
}

/**
 * Names of one layer's outputs: map [H·W], weights [C], indices [k] of the top channels, their activations [k, H·W].
 * Layers through which the same relevance flows share weights and indices.
 */
export interface LayerOutputs {
  readonly map: string;
  readonly weights: string;
  readonly top: string;
  readonly activations: string;
  /** Sum of what was carried to a tensor with tokens in front of its grid: float []; elsewhere the weights' sum is it. */
  readonly sum: string | null;
}

export interface ExplanationGraph {
  readonly graph: Graph;
  /** Name of the output of the logits: float [N]. */
  readonly logits: string;
  /** Name of the output of the class that was explained: int64 [1]. */
  readonly explained: string;
  /** Outputs of every layer that can be explained. */
  readonly layers: ReadonlyMap<Value, LayerOutputs>;
  /** Operator types without a rule on the way back. */
  readonly obstacles: ReadonlySet<string>;
  /** Every other layer, with the reason. */
  readonly blocked: ReadonlyMap<Value, Blocker>;
}

/**
 * Compiles a model and a method into one ONNX graph: the model, its backward pass, and per layer the map, the channel
 * weights and the top channels. Inputs: the model's own, TARGET and TOP.
 * @param logits tensor of the model that holds one value per class
 * @param layers feature maps to explain
 */
export function compile(
  analysis: Analysis,
  method: Method,
  logits: Value,
  layers: readonly FeatureMap[],
): ExplanationGraph {
  const builder = new GraphBuilder('relevance-cam/');
  const logitShape = analysis.shape(logits);
  const classes = logitShape.reduce((count, size) => count * size, 1);
  const flatLogits = builder.reshape(logits, [classes]);
  const target = targetClass(builder, flatLogits, classes);
  const seed = builder.reshape(method.seed(builder, flatLogits, target, classes), logitShape);
  const { arrived, obstacles, blocked } = carryBack(analysis, builder, method.pass, logits, seed);

  const outputs = new Map<Value, LayerOutputs>();
  const reasons = new Map<Value, Blocker>();
  for (const layer of layers) {
    const carried = arrived.get(layer.tensor);
    if (carried === undefined) {
      const untouched: Blocker = { op: '', node: layer.tensor, reason: 'takesNothing' };
      reasons.set(layer.tensor, blocked.get(layer.tensor) ?? untouched);
    } else outputs.set(layer.tensor, addLayer(builder, method, layer, carried));
  }
  builder.output(flatLogits, DataType.FLOAT);
  builder.output(target, DataType.INT64);
  return {
    graph: assemble(analysis.graph, builder),
    logits: flatLogits,
    explained: target,
    layers: outputs,
    obstacles,
    blocked: reasons,
  };
}

function addLayer(builder: GraphBuilder, method: Method, layer: FeatureMap, carried: Value): LayerOutputs {
  const activation = asRows(builder, layer.tensor, layer);
  const relevance = asRows(builder, carried, layer);
  const weights = method.weights(builder, activation, relevance);
  const sum =
    layer.before === 0 ? null : builder.op('ReduceSum', [carried], { keepdims: { type: 'int', value: 0 } });
  const map = method.map(builder, activation, weights);
  const count = builder.op('Min', [TOP, builder.ints([layer.channels])]);
  const [, top = ''] = builder.opWithOutputs('TopK', [weights, count], {}, 2);
  const activations = builder.op('Gather', [activation, top]);
  for (const name of [map, weights, activations, ...(sum === null ? [] : [sum])])
    builder.output(name, DataType.FLOAT);
  builder.output(top, DataType.INT64);
  return { map, weights, top, activations, sum };
}

/** A tensor of a feature map's shape as [C, H·W]. */
function asRows(
  builder: GraphBuilder,
  value: Value,
  { layout, channels, height, width, before }: Grid,
): Value {
  const pixels = height * width;
  if (layout === 'NCHW') return builder.reshape(value, [channels, pixels]);
  const grid = before === 0 ? value : builder.slice(value, [before], [before + pixels], [1], [1]);
  return builder.transpose(builder.reshape(grid, [pixels, channels]), [1, 0]);
}

/** The model's graph with what was built added, and without what no output needs. */
function assemble(model: Graph, builder: GraphBuilder): Graph {
  const parameters = [TARGET, TOP].map((name): ValueInfo => ({ name, dataType: DataType.INT64, shape: [1] }));
  const outputs = Array.from(builder.outputs.values());
  const nodes = needed([...model.nodes, ...builder.nodes], outputs);
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const constants = [...model.initializers, ...builder.initializers];
  return {
    ...model,
    nodes,
    initializers: new Map(constants.filter(([name]) => used.has(name))),
    inputs: [...model.inputs, ...parameters],
    outputs,
    valueInfo: new Map(),
    functions: [],
  };
}

function needed(nodes: readonly Node[], outputs: readonly ValueInfo[]): readonly Node[] {
  const wanted = new Set(outputs.map(({ name }) => name));
  const kept = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => wanted.has(name))) return false;
    for (const name of node.inputs) wanted.add(name);
    return true;
  });
  return kept.toReversed();
}
