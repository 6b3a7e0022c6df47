import type { GraphBuilder, Value } from '../onnx/builder.js';
import type { Graph, Node } from '../onnx/graph.js';
import { DataType, elementCount, floatValues, integerValues } from '../onnx/tensor.js';
import { consumers, producers, reachedFrom } from '../onnx/walk.js';
import type { RuleContext } from './rule.js';
import { ruleOf } from './table.js';

/** What is known of a graph's tensors without running it. */
export interface Analysis {
  readonly graph: Graph;
  readonly shape: (tensor: Value) => readonly number[];
  readonly isConstant: (tensor: Value) => boolean;
  /** The node that computes a tensor. */
  readonly producer: (tensor: Value) => Node | undefined;
  /** The nodes that read a tensor, once per reading. */
  readonly readers: (tensor: Value) => readonly Node[];
  /** What the rules may ask, for one node. */
  readonly context: (node: Node, builder: GraphBuilder) => RuleContext;
}

/** Constants up to this many elements are looked into. */
const SMALL = 1024;

/** Functions whose output is bounded, so that multiplying by it lets more or less of a signal pass. */
const BOUNDED = new Set(['Sigmoid', 'HardSigmoid', 'Softmax', 'Tanh', 'Erf']);
/** Operators that a gate may pass on its way, together with constants. */
const GATE_STEPS = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Identity', 'Cast'],
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Expand'],
]);
/** Operators that attention weights may pass besides, together with constants: "talking heads" mix those of all heads. */
const MIXING_STEPS = new Set(['MatMul', 'Gemm', 'Einsum', 'Conv', 'BatchNormalization']);

/**
 * @param image the input that the picture goes into
 * @param shapes fixed shapes of all tensors that the image reaches, and of the constants they meet
 */
export function analyse(graph: Graph, image: Value, shapes: ReadonlyMap<Value, readonly number[]>): Analysis {
  const producer = producers(graph);
  const readers = consumers(graph);
  const graphOutputs = new Set(graph.outputs.map(({ name }) => name));
  const fromImage = reachedFrom(graph, image);
  const signs = new Map<Value, boolean>();
  const gates = new Map<Value, boolean>();
  const isConstant = (tensor: Value): boolean => !fromImage.has(tensor);

  const shape = (tensor: Value): readonly number[] => {
    const known = shapes.get(tensor) ?? graph.initializers.get(tensor)?.dims;
    if (known === undefined) throw new Error(`the shape of tensor ${tensor} is not known`);
    return known;
  };

  const constantValues = (tensor: Value): readonly number[] | null => {
    const found = graph.initializers.get(tensor);
    if (found === undefined || elementCount(found.dims) > SMALL) return null;
    const values = found.dataType === DataType.FLOAT ? floatValues(found) : integerValues(found);
    return values === null ? null : Array.from(values);
  };

  const soleRelu = (tensor: Value): Value | null => {
    const [reader, ...others] = readers.get(tensor) ?? [];
    return reader?.op === 'Relu' && others.length === 0 && !graphOutputs.has(tensor)
      ? (reader.outputs[0] ?? null)
      : null;
  };

  const isGate = memoised(gates, (tensor) => {
    const node = producer.get(tensor);
    if (node === undefined) return false;
    if (BOUNDED.has(node.op)) return true;
    const [x = '', low = '', high = ''] = node.inputs;
    if (node.op === 'Clip')
      return constantValues(low)?.[0] === 0 && [1, 6].includes(constantValues(high)?.[0] ?? -1);
    const fromActivations = node.inputs.filter((name) => name !== '' && !isConstant(name));
    return GATE_STEPS.has(node.op) && fromActivations.length === 1 && isGate(fromActivations[0] ?? x);
  });

  const isAttention = memoised(new Map(), (tensor) => {
    const node = producer.get(tensor);
    if (node === undefined) return false;
    if (node.op === 'Softmax') return true;
    const [from = '', ...others] = node.inputs.filter((name) => name !== '' && !isConstant(name));
    const isStep = GATE_STEPS.has(node.op) || MIXING_STEPS.has(node.op);
    return isStep && others.length === 0 && isAttention(from);
  });

  const isNonNegative = memoised(signs, (tensor) => {
    const node = producer.get(tensor);
    if (node === undefined) return constantValues(tensor)?.every((value) => value >= 0) ?? false;
    return ruleOf(node)?.nonNegative(contextOf(node, null)) ?? false;
  });

  const contextOf = (node: Node, builder: GraphBuilder | null): RuleContext => ({
    node,
    get builder() {
      if (builder === null) throw new Error('signs are found without adding operators');
      return builder;
    },
    shape,
    isConstant,
    isNonNegative,
    constantValues,
    isGate,
    isAttention,
    soleRelu,
    range: () => null,
  });

  return {
    graph,
    shape,
    isConstant,
    producer: (tensor) => producer.get(tensor),
    readers: (tensor) => readers.get(tensor) ?? [],
    context: contextOf,
  };
}

function memoised(known: Map<Value, boolean>, find: (tensor: Value) => boolean): (tensor: Value) => boolean {
  return (tensor) => {
    const value = known.get(tensor) ?? find(tensor);
    known.set(tensor, value);
    return value;
  };
}
