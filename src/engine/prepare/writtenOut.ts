import type { Value } from '../onnx/builder.js';
import { input, type Node, output } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { upstreamOf } from '../onnx/walk.js';
import { activationsOf, type Flow } from '../rules/flow.js';

const REDUCTIONS = new Set([
  ...['ReduceSum', 'ReduceL1', 'ReduceL2', 'ReduceMax', 'ReduceMean', 'ReduceLogSumExp'],
]);
/** What one value per picture may be made of on its way to the classes. */
const STEPS = new Set([
  'Identity',
  'Reshape',
  'Unsqueeze',
  'Add',
  'Max',
  'Clip',
  'Log',
  'Exp',
  'Sqrt',
  'Expand',
  'Tile',
  'Squeeze',
  'Flatten',
  'Transpose',
]);

/** The operator that makes one value per picture of all classes; null where that is not how a tensor is made. */
export function reductionBehind(flow: Flow, tensor: Value): Node | null {
  const node = flow.producer(tensor);
  if (node === undefined || flow.isConstant(tensor)) return null;
  if (REDUCTIONS.has(node.op)) return elementCount(flow.shape(output(node))) === 1 ? node : null;
  const [x = '', ...others] = activationsOf(flow, node);
  return STEPS.has(node.op) && others.length === 0 ? reductionBehind(flow, x) : null;
}

/** Whether a tensor holds one value per picture that is made of all of x: their sum, their highest. */
export function isMadeOfAll(flow: Flow, tensor: Value, x: Value): boolean {
  const reduction = reductionBehind(flow, tensor);
  return reduction !== null && upstreamOf(flow.graph, output(reduction)).has(x);
}

/**
 * x of exp(x) / Σ exp(x), also where canonising leaves its parts apart: ε is added to the sum, or its axis left out and put
 * back.
 * @returns null where a node is not its division
 */
export function writtenSoftmax(flow: Flow, node: Node): Value | null {
  const { powers, sum } = quotientOf(flow, node) ?? { powers: '', sum: '' };
  const exp = flow.producer(powers);
  const reduction = reductionBehind(flow, sum);
  const isSum = SUMS.has(reduction?.op ?? '') && reduction !== null && input(reduction, 0) === powers;
  return exp?.op === 'Exp' && isSum ? input(exp, 0) : null;
}

/** Of what is above 0 the sum of absolute values is the sum. */
const SUMS = new Set(['ReduceSum', 'ReduceL1']);

/** What a node divides by what, be it as a product with the reciprocal. */
function quotientOf(
  flow: Flow,
  { op, inputs }: Node,
): { readonly powers: Value; readonly sum: Value } | null {
  const [a = '', b = ''] = inputs;
  if (op === 'Div') return { powers: a, sum: b };
  if (op !== 'Mul') return null;
  const inverse = (name: Value): Node | undefined => {
    const node = flow.producer(name);
    return node?.op === 'Reciprocal' ? node : undefined;
  };
  const [first, second] = [inverse(a), inverse(b)];
  if (second !== undefined) return { powers: a, sum: input(second, 0) };
  return first === undefined ? null : { powers: b, sum: input(first, 0) };
}

/** x of x − log Σ exp(x); null where a node is not its subtraction. */
export function writtenLogSoftmax(flow: Flow, node: Node): Value | null {
  const [x = '', sum = ''] = node.inputs;
  const reduction = node.op === 'Sub' ? reductionBehind(flow, sum) : null;
  if (reduction === null) return null;
  if (reduction.op === 'ReduceLogSumExp') return input(reduction, 0) === x ? x : null;
  const exp = flow.producer(input(reduction, 0));
  const isSum = reduction.op === 'ReduceSum' && exp?.op === 'Exp' && input(exp, 0) === x;
  return isSum && flow.producer(sum)?.op === 'Log' ? x : null;
}

/** x of −softplus(−x), the logarithm of a sigmoid; null where a node is not its negation. */
export function writtenLogSigmoid(flow: Flow, node: Node): Value | null {
  const soft = node.op === 'Neg' ? flow.producer(input(node, 0)) : undefined;
  const negated = soft?.op === 'Softplus' ? flow.producer(input(soft, 0)) : undefined;
  return negated?.op === 'Neg' ? input(negated, 0) : null;
}
