import { float, int, type Node } from '../../onnx/graph.js';
import { DataType } from '../../onnx/tensor.js';

/** Value of an operator for one value of each input; undefined for an optional input left out. */
type ScalarFunction = (node: Node, inputs: readonly (number | undefined)[]) => number;

const unary =
  (f: (x: number) => number): ScalarFunction =>
  (_, [x = NaN]) =>
    f(x);
const binary =
  (f: (a: number, b: number) => number): ScalarFunction =>
  (_, [a = NaN, b = NaN]) =>
    f(a, b);
const all =
  (f: (...values: readonly number[]) => number): ScalarFunction =>
  (_, inputs) =>
    f(...inputs.map((value = NaN) => value));

/** Operators that work on every element by itself, as functions of numbers; true is 1. */
const FUNCTIONS: ReadonlyMap<string, ScalarFunction> = new Map<string, ScalarFunction>([
  ['Add', binary((a, b) => a + b)],
  ['Sub', binary((a, b) => a - b)],
  ['Mul', binary((a, b) => a * b)],
  ['Div', binary((a, b) => a / b)],
  ['Pow', binary((a, b) => a ** b)],
  ['Sum', all((...values) => values.reduce((sum, value) => sum + value, 0))],
  ['Max', all(Math.max)],
  ['Min', all(Math.min)],
  ['Neg', unary((x) => -x)],
  ['Abs', unary(Math.abs)],
  ['Sign', unary(Math.sign)],
  ['Exp', unary(Math.exp)],
  ['Log', unary(Math.log)],
  ['Sqrt', unary(Math.sqrt)],
  ['Reciprocal', unary((x) => 1 / x)],
  ['Erf', unary(erf)],
  ['Tanh', unary(Math.tanh)],
  ['Sigmoid', unary(sigmoid)],
  ['Softplus', unary(softplus)],
  ['Softsign', unary((x) => x / (1 + Math.abs(x)))],
  ['Relu', unary((x) => Math.max(x, 0))],
  ['LeakyRelu', (node, [x = NaN]) => (x < 0 ? float(node, 'alpha', 0.01) * x : x)],
  ['Elu', (node, [x = NaN]) => (x < 0 ? float(node, 'alpha', 1) * Math.expm1(x) : x)],
  [
    'HardSigmoid',
    (node, [x = NaN]) => Math.min(1, Math.max(0, float(node, 'alpha', 0.2) * x + float(node, 'beta', 0.5))),
  ],
  ['Clip', (_, [x = NaN, low = -Infinity, high = Infinity]) => Math.min(high, Math.max(low, x))],
  ['Identity', unary((x) => x)],
  ['Cast', (node, [x = NaN]) => (int(node, 'to', DataType.UNDEFINED) === DataType.FLOAT ? x : NaN)],
  ['Where', (_, [condition = NaN, a = NaN, b = NaN]) => (condition === 1 ? a : b)],
  ['Greater', binary((a, b) => Number(a > b))],
  ['GreaterOrEqual', binary((a, b) => Number(a >= b))],
  ['Less', binary((a, b) => Number(a < b))],
  ['LessOrEqual', binary((a, b) => Number(a <= b))],
]);

/** Whether a node's operator is a function of every element by itself. */
export function isScalarFunction({ op, domain }: Node): boolean {
  return domain === '' && FUNCTIONS.has(op);
}

/**
 * What a node makes of one value of each input; NaN where that is not defined.
 * @param inputs undefined for an optional one left out
 */
export function valueOf(node: Node, inputs: readonly (number | undefined)[]): number {
  return FUNCTIONS.get(node.op)?.(node, inputs) ?? NaN;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** erf to 1.2e-7 (Numerical Recipes, Chebyshev fit of erfc). */
export function erf(x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const fit = COEFFICIENTS.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const rest = t * Math.exp(-x * x + fit);
  return x >= 0 ? 1 - rest : rest - 1;
}

const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];
