import { METHOD_FACTS } from '../../protocol/methods.js';
import type { Blocker } from '../../protocol/model.js';
import { asRows, type FeatureMap, type Grid } from '../layers/grid.js';
import type { Method } from '../methods/method.js';
import { classLogits, type Rows, TARGET, targetClass } from '../methods/seed.js';
import { METHOD_TABLE, type PassMethodId } from '../methods/table.js';
import { GraphBuilder, type Value } from '../onnx/builder.js';
import { extend } from '../onnx/extend.js';
import type { Graph, Node, ValueInfo } from '../onnx/graph.js';
import { DataType, elementCount } from '../onnx/tensor.js';
import type { Analysis } from '../rules/analysis.js';
import { carryBack } from './backward.js';
import { channelPeaks, type PeakOutputs } from './channelPeaks.js';
import { oncePerItem } from './oncePerItem.js';
import { HIGH, LOW, pixelRange } from './pixelRange.js';

/** Name of the input for several classes to explain. */
const TARGETS = 'relevance-cam/targets';

/** Name of the explanation graph's input for the number of top channels: int64 [1]. */
export const TOP = 'relevance-cam/top';

/** Names of one layer's outputs, each with an axis in front for the T classes where it is compiled for several. */
export interface LayerOutputs {
  /** float [T, H·W] */
  readonly map: string;
  readonly channels: ChannelOutputs;
  /** Sum of what was carried to a tensor that may hold more than its grid: float [T]. */
  readonly sum: string | null;
  /** null where nobody asks for them, or the method weighs no channels by relevance. */
  readonly peaks: PeakOutputs | null;
  /** Which part of the weights rounding decides: float [T]; null where a method does not tell. */
  readonly byRounding: string | null;
}

/** Layers through which the same relevance flows share weights and indices. */
export interface ChannelOutputs {
  /** float [T, C]; null for a method that weighs none. */
  readonly weights: string | null;
  /** Indices of the top channels: int64 [T, k]; null for a method that weighs none, which gives the first k. */
  readonly top: string | null;
  /** float [T, k, H·W]; [k, H·W] where they are the first k, whatever the class. */
  readonly activations: string;
  /** What the pass carried to the top channels: float [T, k, H·W]. */
  readonly carried: string;
}

/** What a method explains, and what not. */
export interface MethodOutputs {
  readonly layers: ReadonlyMap<Value, LayerOutputs>;
  /** Every other layer, with the reason. */
  readonly blocked: ReadonlyMap<Value, Blocker>;
  /** Operator types without a rule on the way back. */
  readonly obstacles: ReadonlySet<string>;
}

export interface ExplanationGraph {
  readonly graph: Graph;
  /** Name of the input for the classes to explain: int64 [T], −1 for the predicted class; [1] where it is compiled for one. */
  readonly targets: string;
  /** Name of the output of the logits, one per class: float [N]. */
  readonly logits: string;
  /** Name of the output of what the model puts out, one value per class. */
  readonly answer: string;
  /** Name of the output of the classes that were explained: int64 [T, 1]. */
  readonly explained: string;
  readonly methods: ReadonlyMap<PassMethodId, MethodOutputs>;
  /** For which node of the model each node of a pass stands, by its name. */
  readonly madeFor: ReadonlyMap<string, Node>;
}

/** What is compiled. */
export interface Subject {
  readonly analysis: Analysis;
  /** Tensor of the model that holds its answer. */
  readonly output: Value;
  /** Tensor of the model that passes start at. */
  readonly rows: Value;
  readonly logitCount: number;
  /** For each class its row of the logits and their negations. */
  readonly classes: readonly number[];
  /** Whether the answer orders the classes as their logits do. */
  readonly isOrdered: boolean;
  /** The logits of an ensemble: no pass can start at several. */
  readonly ensemble: readonly Value[];
  /** Feature maps to explain. */
  readonly layers: readonly FeatureMap[];
  readonly pixels: FeatureMap;
  /** Whether methods that can explain the pixels are to do so. */
  readonly explainPixels: boolean;
  /** Nodes that passes cannot go through, besides those without a rule. */
  readonly refused: ReadonlySet<Node>;
  /** Whether a run explains several classes, or one. */
  readonly severalClasses: boolean;
  /** Whether it tells where channels are strongest. */
  readonly peaks: boolean;
}

/**
 * Compiles a model and methods into one ONNX graph: the model and, for one class or once for each of several, its backward passes and per method
 * and layer the map, the channel weights and the top channels. What methods have in common is computed once. Inputs: the
 * model's own, the classes, TOP, and for methods that explain pixels LOW and HIGH.
 */
export function compile(subject: Subject, methods: readonly PassMethodId[]): ExplanationGraph {
  const builder = new GraphBuilder('relevance-cam/');
  const count = elementCount(subject.analysis.shape(subject.rows));
  const rows: Rows = {
    values: builder.reshape(subject.rows, [count]),
    count,
    logitCount: subject.logitCount,
    classes: subject.classes,
  };
  const logits = classLogits(builder, rows);
  const answer = builder.op('Identity', [subject.output]);
  const deciding = subject.isOrdered ? logits : builder.reshape(answer, [subject.classes.length]);
  const target = targetClass(builder, deciding);
  const madeFor = new Map<string, Node>();
  const explained = new Map(
    methods.map((id) => [id, addMethod(builder, subject, id, rows, target, madeFor)]),
  );
  builder.output(logits, DataType.FLOAT);
  builder.output(answer, DataType.FLOAT);
  builder.output(target, DataType.INT64);
  const flat = assemble(subject, builder, methods);
  return {
    ...(subject.severalClasses
      ? { graph: oncePerItem(flat, { item: TARGET, list: TARGETS }), targets: TARGETS }
      : { graph: flat, targets: TARGET }),
    logits,
    answer,
    explained: target,
    methods: explained,
    madeFor,
  };
}

/** Adds a method's pass and its outputs at every layer. */
function addMethod(
  builder: GraphBuilder,
  { analysis, rows, layers, pixels, explainPixels, ensemble, refused, peaks }: Subject,
  id: PassMethodId,
  flatRows: Rows,
  target: Value,
  madeFor: Map<string, Node>,
): MethodOutputs {
  const method = METHOD_TABLE[id];
  if (ensemble.length > 0) {
    const blocker: Blocker = { op: '', node: ensemble.join(', '), reason: 'severalLogits' };
    const blocked = new Map([pixels, ...layers].map(({ tensor }) => [tensor, blocker]));
    return { layers: new Map(), blocked, obstacles: new Set() };
  }
  const seed = builder.reshape(method.seed(builder, flatRows, target), analysis.shape(rows));
  const reachesPixels = METHOD_FACTS[id].pixels;
  const passed = carryBack(analysis, builder, {
    pass: method.pass,
    rows,
    seed,
    range: reachesPixels ? pixelRange(analysis, builder, pixels.tensor) : () => null,
    classifierOnTokens: method.classifierOnTokens ?? false,
    refused,
  });
  const { arrived, obstacles, blocked } = passed;
  for (const [made, node] of passed.madeFor) madeFor.set(made, node);

  const outputs = new Map<Value, LayerOutputs>();
  const reasons = new Map<Value, Blocker>();
  for (const layer of reachesPixels && explainPixels ? [pixels, ...layers] : layers) {
    const carried = arrived.get(layer.tensor);
    const reason =
      carried === undefined
        ? (blocked.get(layer.tensor) ?? takesNothing(layer))
        : (method.excludes?.(analysis, layer, rows) ?? null);
    if (reason !== null) reasons.set(layer.tensor, reason);
    else if (carried !== undefined) {
      const isSigned = analysis.isSigned(layer.tensor);
      outputs.set(layer.tensor, addLayer(builder, method, layer, carried, { isSigned, peaks }));
    }
  }
  return { layers: outputs, blocked: reasons, obstacles };
}

function takesNothing({ tensor }: FeatureMap): Blocker {
  return { op: '', node: tensor, reason: 'takesNothing' };
}

function addLayer(
  builder: GraphBuilder,
  method: Method,
  layer: FeatureMap,
  carried: Value,
  { isSigned, peaks }: { readonly isSigned: boolean; readonly peaks: boolean },
): LayerOutputs {
  const activation = asRows(builder, layer.tensor, layer);
  const rows = asRows(builder, carried, layer);
  const { map, weights, byRounding = null } = method.explain(builder, activation, rows, isSigned);
  const sum =
    layer.order === null ? null : builder.op('ReduceSum', [carried], { keepdims: { type: 'int', value: 0 } });
  for (const name of [map, sum, byRounding]) if (name !== null) builder.output(name, DataType.FLOAT);
  const count = builder.op('Min', [TOP, builder.ints([layer.channels])]);
  const channels =
    weights === null
      ? firstChannels(builder, count, { activation, rows })
      : topChannels(builder, count, { weights, activation, rows });
  for (const name of [channels.activations, channels.carried]) builder.output(name, DataType.FLOAT);
  const weighsByRelevance = weights !== null && method.pass === 'relevance';
  return {
    map,
    channels,
    sum,
    byRounding,
    peaks: peaks && weighsByRelevance ? channelPeaks(builder, activation, rows) : null,
  };
}

function topChannels(
  builder: GraphBuilder,
  count: Value,
  { weights, activation, rows }: Readonly<Record<'weights' | 'activation' | 'rows', Value>>,
): ChannelOutputs {
  const [, top = ''] = builder.opWithOutputs('TopK', [weights, count], {}, 2);
  builder.output(weights, DataType.FLOAT);
  builder.output(top, DataType.INT64);
  const activations = builder.op('Gather', [activation, top]);
  return { weights, top, activations, carried: builder.op('Gather', [rows, top]) };
}

function firstChannels(
  builder: GraphBuilder,
  count: Value,
  { activation, rows }: Readonly<Record<'activation' | 'rows', Value>>,
): ChannelOutputs {
  const zero = builder.ints([0]);
  const first = (value: Value): Value => builder.op('Slice', [value, zero, count, zero]);
  return { weights: null, top: null, activations: first(activation), carried: first(rows) };
}

/** The model's graph with what was built added, and without what no output needs. */
function assemble(
  { analysis, pixels }: Subject,
  builder: GraphBuilder,
  methods: readonly PassMethodId[],
): Graph {
  const parameters = [TARGET, TOP].map((name): ValueInfo => ({ name, dataType: DataType.INT64, shape: [1] }));
  const perChannel = analysis
    .shape(pixels.tensor)
    .map((_, axis) => (axis === channelAxis(pixels) ? pixels.channels : 1));
  const bounds = [LOW, HIGH].map((name): ValueInfo => ({
    name,
    dataType: DataType.FLOAT,
    shape: perChannel,
  }));
  return extend(analysis.graph, builder, [
    ...analysis.graph.inputs,
    ...parameters,
    ...(methods.some((id) => METHOD_FACTS[id].pixels) ? bounds : []),
  ]);
}

function channelAxis({ layout }: Grid): number {
  return layout === 'NCHW' ? 1 : 3;
}
