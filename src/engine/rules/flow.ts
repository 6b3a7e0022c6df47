import type { Value } from '../onnx/builder.js';
import { type Graph, input, ints, type Node, output, text } from '../onnx/graph.js';
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
export function activationsOf({ isConstant }: Pick<Flow, 'isConstant'>, { inputs }: Node): readonly Value[] {
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

/** The result of a linear operator with its bias, where that is added by an operator of its own. */
export interface Biased {
  readonly tensor: Value;
  /** The Transpose-13 that stands between product and bias. */
  readonly perm: readonly number[] | null;
}

/** What a linear operator computes together with the bias behind it, as MatMul's is, or Keras' behind a Transpose. */
export function withBias(flow: Flow, tensor: Value): Biased {
  const none = { tensor, perm: null };
  const node = flow.producer(tensor);
  if (node === undefined || !isLinear(flow, node)) return none;
  const reader = soleReader(flow, tensor);
  const perm = reader?.op === 'Transpose' ? ints(reader, 'perm') : null;
  const product = reader === null || perm === null ? tensor : output(reader);
  const sum = perm === null ? reader : soleReader(flow, product);
  const bias = biasIn(flow, sum, product);
  if (sum === null || bias === null) return none;
  const isBias = elementCount(bias) === channelsOf(flow, node);
  return isBias && (perm === null || elementCount(bias) === bias.at(-1))
    ? { tensor: output(sum), perm }
    : none;
}

/** Shape of the constant that a sum adds to a product; null where it adds none. */
function biasIn(flow: Flow, sum: Node | null, product: Value): readonly number[] | null {
  const bias = sum?.op === 'Add' ? sum.inputs.find((name) => name !== product) : undefined;
  return bias !== undefined && flow.isConstant(bias) ? flow.shape(bias) : null;
}

function soleReader(flow: Flow, tensor: Value): Node | null {
  const [reader, ...others] = flow.readers(tensor);
  return reader !== undefined && others.length === 0 ? reader : null;
}

/** How many values a bias of a linear operator has. */
function channelsOf({ shape, isConstant }: Flow, node: Node): number {
  const size = shape(output(node));
  if (node.op === 'Conv' || node.op === 'ConvTranspose') return size[1] ?? 0;
  if (node.op !== 'Einsum') return size.at(-1) ?? 0;
  const [operands = '', result = ''] = text(node, 'equation', '').replaceAll(' ', '').split('->');
  const weights = operands.split(',')[node.inputs.findIndex(isConstant)] ?? '';
  return elementCount(size.filter((_, axis) => weights.includes(result[axis] ?? ' ')));
}

/**
 * The linear operators with constant weights from which relevance meets no other on its way to the logits.
 * @param takers names of the inputs that relevance goes to
 */
export function lastLinears(
  flow: Flow,
  logits: Value,
  takers: (node: Node) => readonly Value[],
): ReadonlySet<Node> {
  const onTheWay = new Set([logits]);
  const beforeLinear = new Set<Value>();
  const found = new Set<Node>();
  for (const node of flow.graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => onTheWay.has(name))) continue;
    const isBefore = node.outputs.some((name) => beforeLinear.has(name));
    if (isLinear(flow, node) && !isBefore) found.add(node);
    for (const name of takers(node)) {
      onTheWay.add(name);
      if (isBefore || isLinear(flow, node)) beforeLinear.add(name);
    }
  }
  return found;
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
