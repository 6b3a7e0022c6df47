import type { Reading } from '../../protocol/reading.js';
import type { GraphBuilder, Value } from '../onnx/builder.js';
import type { Graph, Node } from '../onnx/graph.js';
import { DataType, elementCount, floatValues, integerValues } from '../onnx/tensor.js';
import { consumers, producers, reachedFrom } from '../onnx/walk.js';
import { type Flow, lastLinears, memoised, withBias } from './flow.js';
import { attentionWeights, gates } from './gates.js';
import { imagePixels } from './pixels.js';
import { readingOf } from './reading.js';
import { rectified } from './rectified.js';
import type { RuleContext } from './rule.js';
import { isElementwise, ruleOf } from './table.js';
import { findTokenOperators } from './tokens.js';

/** What is known of a graph's tensors without running it. */
export interface Analysis extends Pick<Flow, 'graph' | 'shape' | 'isConstant' | 'producer' | 'readers'> {
  /** What the rules may ask, for one node. */
  readonly context: (node: Node, builder: GraphBuilder) => RuleContext;
  /** Whether the activations of a tensor are signed: neither certain to be ≥ 0, nor to be rectified. */
  readonly isSigned: (tensor: Value) => boolean;
  /** The operators on tokens; the classifier may be one too. */
  readonly tokenOperators: (withClassifier: boolean) => ReadonlySet<Node>;
  /** How relevance passes the operator that computes a tensor; null where there are no two ways. */
  readonly reading: (tensor: Value) => Reading | null;
}

/** Constants up to this many elements are looked into. */
const SMALL = 1024;

/**
 * @param image the input that the picture goes into
 * @param shapes fixed shapes of all tensors that the image reaches, and of the constants they meet
 * @param logits tensor of one value per class; by default the first output
 */
export function analyse(
  graph: Graph,
  image: Value,
  shapes: ReadonlyMap<Value, readonly number[]>,
  logits: Value = graph.outputs[0]?.name ?? '',
): Analysis {
  const flow = flowOf(graph, image, shapes);
  const isGate = gates(flow);
  const isAttention = attentionWeights(flow);
  const readers = rectified(flow);
  const isPixels = imagePixels(flow, image);

  const isNonNegative: (tensor: Value) => boolean = memoised((tensor) => {
    const node = flow.producer(tensor);
    if (node === undefined) return flow.constantValues(tensor)?.every((value) => value >= 0) ?? false;
    return ruleOf(node)?.nonNegative(contextOf(node, null)) ?? false;
  });

  const contextOf = (node: Node, builder: GraphBuilder | null): RuleContext => ({
    ...flow,
    ...readers,
    node,
    get builder() {
      if (builder === null) throw new Error('a graph is analysed without adding operators');
      return builder;
    },
    isNonNegative,
    isGate,
    isAttention,
    withBias: (tensor) => withBias(flow, tensor),
    isLastLinear: (linear) => lasts.has(linear),
    range: () => null,
  });

  const takers = (node: Node): readonly Value[] => {
    const rule = ruleOf(node);
    const places = rule?.takers?.(contextOf(node, null)) ?? (rule === null ? node.inputs.keys() : [0]);
    return [...places].flatMap((place) => node.inputs[place] ?? []).filter((name) => !flow.isConstant(name));
  };
  const lasts = lastLinears(flow, logits, takers);
  const tokens = (excluded: ReadonlySet<Node>): ReadonlySet<Node> =>
    findTokenOperators(flow, { image, takers, isAttention, isActivation: isElementwise, excluded });
  const known = new Map<boolean, ReadonlySet<Node>>();
  const tokenOperators = (withClassifier: boolean): ReadonlySet<Node> => {
    const found = known.get(withClassifier) ?? tokens(withClassifier ? new Set() : lasts);
    known.set(withClassifier, found);
    return found;
  };

  return {
    ...flow,
    context: contextOf,
    isSigned: (tensor) => !isNonNegative(tensor) && !readers.isRectified(withBias(flow, tensor).tensor),
    tokenOperators,
    reading: (tensor) => {
      const node = flow.producer(tensor);
      const rule = node === undefined ? null : ruleOf(node);
      return node === undefined || rule === null
        ? null
        : readingOf(rule, contextOf(node, null), tokenOperators(false).has(node), isPixels);
    },
  };
}

/** The same facts without those that take rules. */
export function flowOf(graph: Graph, image: Value, shapes: ReadonlyMap<Value, readonly number[]>): Flow {
  const producer = producers(graph);
  const readers = consumers(graph);
  const fromImage = reachedFrom(graph, image);
  return {
    graph,
    shape: (tensor) => {
      const known = shapes.get(tensor) ?? graph.initializers.get(tensor)?.dims;
      if (known === undefined) throw new Error(`the shape of tensor ${tensor} is not known`);
      return known;
    },
    isConstant: (tensor) => !fromImage.has(tensor),
    constantValues: (tensor) => {
      const found = graph.initializers.get(tensor);
      if (found === undefined || elementCount(found.dims) > SMALL) return null;
      const values = found.dataType === DataType.FLOAT ? floatValues(found) : integerValues(found);
      return values === null ? null : Array.from(values);
    },
    producer: (tensor) => producer.get(tensor),
    readers: (tensor) => readers.get(tensor) ?? [],
  };
}
