import type { Value } from '../onnx/builder.js';
import { input, type Node, output } from '../onnx/graph.js';
import { elementCount, floatValues } from '../onnx/tensor.js';
import { activationsOf, type Flow, isArithmeticWithConstants, isLinear } from '../rules/flow.js';
import { SELECTIONS } from './movedPlaces.js';
import { SHAPING } from './originOfScores.js';
import { reductionBehind } from './writtenOut.js';

type Kind = 'probabilities' | 'other' | 'logits';

const ACTIVATIONS = new Set(['Softmax', 'Sigmoid', 'HardSigmoid']);
/** Functions whose values are none of bare logits: bounded ones, distances, counts. */
const BENT = new Set([
  ...['Tanh', 'Softsign', 'Erf', 'Softplus', 'Exp', 'Sqrt', 'Abs', 'Reciprocal'],
  ...['ReduceL1', 'ReduceL2', 'ReduceSumSquare'],
]);
/** What a single value that cannot be negative is made by: a number of things, an age. */
const RECTIFYING = new Set(['Relu', 'Clip']);

/** What the values of an output are that no logits are found behind, by the operators that they were made by last. */
export function kindOfValues(flow: Flow, values: Value): Kind {
  const isSingle = elementCount(flow.shape(values)) === 1;
  const kindOf = (tensor: Value): Kind => {
    const node = flow.isConstant(tensor) ? undefined : flow.producer(tensor);
    if (node === undefined) return 'logits';
    if (ACTIVATIONS.has(node.op)) return 'probabilities';
    if (isBent(flow, node, isSingle)) return 'other';
    const [x = '', ...others] = activationsOf(flow, node);
    if (others.length > 0) return 'logits';
    if (SHAPING.has(node.op) || SELECTIONS.has(node.op)) return kindOf(x);
    if (isArithmeticWithConstants(flow, node)) return kindOf(x) === 'logits' ? 'logits' : 'other';
    return isOfShares(flow, node, x) || isCosine(flow, node, x) ? 'other' : 'logits';
  };
  return kindOf(values);
}

function isBent(flow: Flow, node: Node, isSingle: boolean): boolean {
  return BENT.has(node.op) || (isSingle && RECTIFYING.has(node.op)) || isOfSquares(flow, node);
}

/** A sum of squares. */
function isOfSquares(flow: Flow, node: Node): boolean {
  const square = node.op === 'ReduceSum' ? flow.producer(input(node, 0)) : undefined;
  const [a = '', b = ''] = square?.inputs ?? [];
  return square?.op === 'Pow' ? flow.constantValues(b)?.join() === '2' : square?.op === 'Mul' && a === b;
}

/** A sum of the shares that a Softmax gives all classes, weighted by constants: an expectation. */
function isOfShares(flow: Flow, node: Node, x: Value): boolean {
  const before = flow.producer(x);
  if (before === undefined || (node.op !== 'ReduceSum' && !isLinear(flow, node))) return false;
  const shares = isArithmeticWithConstants(flow, before) ? (activationsOf(flow, before)[0] ?? '') : x;
  return (
    flow.producer(shares)?.op === 'Softmax' && flow.shape(shares).at(-1) === elementCount(flow.shape(shares))
  );
}

/** Products of two vectors of unit length. */
function isCosine(flow: Flow, node: Node, x: Value): boolean {
  const norm = isLinear(flow, node) ? flow.producer(x) : undefined;
  if (norm?.op !== 'Div' || (node.op !== 'MatMul' && node.op !== 'Gemm')) return false;
  const length = reductionBehind(flow, input(norm, 1));
  const isOfUnitLength = length?.op === 'ReduceL2' || (length !== null && isOfSquares(flow, length));
  const stored = flow.graph.initializers.get(node.inputs.find(flow.isConstant) ?? '');
  const weights = stored === undefined ? null : floatValues(stored);
  if (!isOfUnitLength || weights === null || node.inputs.length > 2) return false;
  const rows = elementCount(flow.shape(output(node)));
  const square = weights.reduce((sum, weight) => sum + weight * weight, 0);
  return Math.abs(square / rows - 1) < UNIT_TOLERANCE;
}

const UNIT_TOLERANCE = 0.01;
