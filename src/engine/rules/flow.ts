import type { Value } from '../onnx/builder.js';
import { type Graph, input, type Node, output } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';

/** Who computes and reads the tensors of a graph, and which of them depend on the image. */
export interface Flow {
  readonly graph: Graph;
  readonly shape: (tensor: Value) => readonly number[];
  readonly isConstant: (tensor: Value) => boolean;
  /** Values of a small constant of the model; null where it is computed or large. */
  readonly constantValues: (tensor: Value) => readonly number[] | null;
  readonly producer: (tensor: Value) => Node | undefined;
  /** The nodes that read a tensor, once per reading. */
  readonly readers: (tensor: Value) => readonly Node[];
}

/** Operators that only move elements. */
export const MOVEMENTS: ReadonlySet<string> = new Set([
  ...['Identity', 'Dropout', 'Cast', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Concat'],
  ...['Split', 'Slice', 'Pad', 'Gather', 'GatherElements', 'GatherND', 'Expand', 'Tile'],
  ...['DepthToSpace', 'SpaceToDepth'],
]);

const ARITHMETIC = new Set(['Add', 'Sum', 'Sub', 'Mul', 'Div', 'Neg']);
const LINEAR = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'Einsum']);

/** Names of a node's inputs that depend on the image. */
export function activationsOf({ isConstant }: Flow, { inputs }: Node): readonly Value[] {
  return inputs.filter((name) => name !== '' && !isConstant(name));
}

/** Whether a node adds, multiplies … one activation and constants. */
export function isArithmeticWithConstants(flow: Flow, node: Node): boolean {
  return ARITHMETIC.has(node.op) && activationsOf(flow, node).length === 1;
}

/** Whether a node is linear in one activation, with constant weights. */
export function isLinear(flow: Flow, node: Node): boolean {
  return LINEAR.has(node.op) && activationsOf(flow, node).length === 1;
}

/** What a linear operator computes together with a bias that is added by an operator of its own, as MatMul's is. */
export function withBias(flow: Flow, tensor: Value): Value {
  const node = flow.producer(tensor);
  const [reader, ...others] = flow.readers(tensor);
  if (node === undefined || reader?.op !== 'Add' || others.length > 0 || !isLinear(flow, node)) return tensor;
  const [bias] = reader.inputs.filter((name) => name !== tensor);
  const isVector =
    bias !== undefined && flow.isConstant(bias) && elementCount(flow.shape(bias)) === channelsOf(flow, node);
  return isVector ? output(reader) : tensor;
}

/** Output channels of a linear operator. */
function channelsOf({ shape }: Flow, node: Node): number {
  const size = shape(output(node));
  return (node.op === 'Conv' || node.op === 'ConvTranspose' ? size[1] : size.at(-1)) ?? 0;
}

/** The linear operators with constant weights from which no way to the logits meets another one. */
export function lastLinears(flow: Flow, logits: Value): ReadonlySet<Node> {
  const found = new Set<Node>();
  const seen = new Set<Value>();
  const behind = new Set<Node>();
  const visit = (start: Value, onLinear: (node: Node) => boolean): void => {
    const waiting = [start];
    for (let tensor = waiting.pop(); tensor !== undefined; tensor = waiting.pop()) {
      if (seen.has(tensor)) continue;
      seen.add(tensor);
      const node = flow.producer(tensor);
      if (node === undefined) continue;
      if (isLinear(flow, node) && !onLinear(node)) continue;
      waiting.push(...activationsOf(flow, node));
    }
  };
  visit(logits, (node) => {
    found.add(node);
    return false;
  });
  seen.clear();
  for (const node of found)
    for (const tensor of activationsOf(flow, node))
      visit(tensor, (linear) => {
        behind.add(linear);
        return true;
      });
  return new Set([...found].filter((node) => !behind.has(node)));
}

/** Whether a Clip-13 has this lower limit and, where asked, this upper one. */
export function isClip({ constantValues }: Flow, node: Node, low: number, high?: number): boolean {
  const limit = (index: number): number | undefined => constantValues(input(node, index))?.[0];
  return node.op === 'Clip' && limit(1) === low && (high === undefined || limit(2) === high);
}

/** A predicate of tensors that is found once for each. */
export function memoised(find: (tensor: Value) => boolean): (tensor: Value) => boolean {
  const known = new Map<Value, boolean>();
  return (tensor) => {
    const value = known.get(tensor) ?? find(tensor);
    known.set(tensor, value);
    return value;
  };
}
