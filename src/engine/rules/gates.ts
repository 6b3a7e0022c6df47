import type { Value } from '../onnx/builder.js';
import { type Node, output } from '../onnx/graph.js';
import { activationsOf, type Flow, isArithmeticWithConstants, isClip, memoised, MOVEMENTS } from './flow.js';

/** Functions whose output is bounded, so that multiplying by it lets more or less of a signal pass. */
const BOUNDED = new Set(['Sigmoid', 'HardSigmoid', 'Softmax', 'Tanh', 'Erf']);
/** Operators that attention weights may pass besides, together with constants: "talking heads" mix those of all heads. */
const MIXING = new Set(['MatMul', 'Gemm', 'Einsum', 'Conv', 'BatchNormalization']);

/**
 * Whether an operand of a product lets more or less of the other pass: it comes out of a bounded function, followed only by
 * operators with constants and movement. Clip to [0, 6] is one where a division by 6 follows, which makes a hard sigmoid
 * of it, be it behind the product; a bare Relu6 is a signal.
 */
export function gates(flow: Flow): (operand: Value, product: Node) => boolean {
  const isSix: (tensor: Value) => boolean = memoised((tensor) => {
    const node = flow.producer(tensor);
    return node !== undefined && (isClip(flow, node, 0, 6) || passes(flow, node, isSix));
  });
  const isGate: (tensor: Value) => boolean = memoised((tensor) => {
    const node = flow.producer(tensor);
    if (node === undefined) return false;
    if (BOUNDED.has(node.op) || isClip(flow, node, 0, 1)) return true;
    return (isSixth(flow, node) && passes(flow, node, isSix)) || passes(flow, node, isGate);
  });
  return (operand, product) => {
    const [reader, ...others] = flow.readers(output(product));
    const isDivided = reader !== undefined && others.length === 0 && isSixth(flow, reader);
    return isGate(operand) || (isDivided && isSix(operand));
  };
}

/** Whether a tensor comes out of a Softmax, followed only by operators with constants, which may mix its heads. */
export function attentionWeights(flow: Flow): (tensor: Value) => boolean {
  const isAttention: (tensor: Value) => boolean = memoised((tensor) => {
    const node = flow.producer(tensor);
    if (node === undefined) return false;
    return node.op === 'Softmax' || passes(flow, node, isAttention, MIXING);
  });
  return isAttention;
}

/** Whether a node only moves a tensor of this kind or joins it with constants. */
function passes(
  flow: Flow,
  node: Node,
  isKind: (tensor: Value) => boolean,
  more: ReadonlySet<string> = new Set(),
): boolean {
  const data = node.op === 'Where' ? { ...node, inputs: node.inputs.slice(1) } : node;
  const [from, ...others] = activationsOf(flow, data);
  const isStep =
    isArithmeticWithConstants(flow, node) ||
    MOVEMENTS.has(node.op) ||
    node.op === 'Resize' ||
    node.op === 'Where' ||
    more.has(node.op);
  return isStep && from !== undefined && others.length === 0 && isKind(from);
}

/** Whether a node divides by 6. */
function isSixth(flow: Flow, node: Node): boolean {
  const [x, ...others] = activationsOf(flow, node);
  if (x === undefined || others.length > 0 || (node.op === 'Div' && node.inputs[0] !== x)) return false;
  const factors = flow.constantValues(node.inputs.find((name) => name !== x) ?? '') ?? [NaN];
  const sixth = (factor: number): number =>
    node.op === 'Div' ? 1 / factor : node.op === 'Mul' ? factor : NaN;
  return factors.every((factor) => Math.abs(6 * sixth(factor) - 1) < 1e-3);
}
