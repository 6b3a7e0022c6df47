import type { Value } from '../onnx/builder.js';
import type { Node } from '../onnx/graph.js';
import { activationsOf, type Flow, isArithmeticWithConstants, isClip, memoised, MOVEMENTS } from './flow.js';

/** Functions whose output is bounded, so that multiplying by it lets more or less of a signal pass. */
const BOUNDED = new Set(['Sigmoid', 'HardSigmoid', 'Softmax', 'Tanh', 'Erf']);
/** Operators that attention weights may pass besides, together with constants: "talking heads" mix those of all heads. */
const MIXING = new Set(['MatMul', 'Gemm', 'Einsum', 'Conv', 'BatchNormalization']);

/** Whether a tensor comes out of a bounded function, followed only by operators with constants and movement. */
export function gates(flow: Flow): (tensor: Value) => boolean {
  const isGate: (tensor: Value) => boolean = memoised((tensor) => {
    const node = flow.producer(tensor);
    if (node === undefined) return false;
    if (BOUNDED.has(node.op) || isClip(flow, node, 0, 1)) return true;
    return isSixthOfClip(flow, node) || passes(flow, node, isGate);
  });
  return isGate;
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

/** Clip to [0, 6] and division by 6: a hard sigmoid in parts. A bare Relu6 is a signal. */
function isSixthOfClip(flow: Flow, node: Node): boolean {
  const [x, ...others] = activationsOf(flow, node);
  const clip = x === undefined ? undefined : flow.producer(x);
  if (clip === undefined || others.length > 0 || !isClip(flow, clip, 0, 6)) return false;
  const factor = flow.constantValues(node.inputs.find((name) => name !== x) ?? '')?.[0] ?? NaN;
  const sixth = node.op === 'Div' ? 1 / factor : node.op === 'Mul' ? factor : NaN;
  return Math.abs(6 * sixth - 1) < 1e-3;
}
