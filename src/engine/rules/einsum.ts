import type { Value } from '../onnx/builder.js';
import { input, text } from '../onnx/graph.js';
import { bilinear, type Side } from './bilinear.js';
import type { LinearForm } from './linear.js';
import type { Rule, RuleContext } from './rule.js';

interface Equation {
  readonly operands: readonly [string, string];
  readonly result: string;
}

/** Einsum-12 of two operands, `ab,bc->ac`; null for one that is not such a product, or names no result. */
function equationOf({ node }: RuleContext): Equation | null {
  const equation = text(node, 'equation', '').replaceAll(' ', '');
  const [, a, b, result] = /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]*)$/.exec(equation) ?? [];
  return a === undefined || b === undefined || result === undefined ? null : { operands: [a, b], result };
}

/**
 * Covered: every axis of an operand from the image is found again in the result or in the other operand, and is as long
 * there: no axis of length 1 is repeated.
 */
function covers(context: RuleContext): boolean {
  const { node, shape, isConstant } = context;
  const equation = equationOf(context);
  if (equation === null) return false;
  const { operands, result } = equation;
  const isRepeated = (axes: readonly string[], side: number): boolean =>
    axes.some((axis, index) => {
      const other = operands[1 - side]?.indexOf(axis) ?? -1;
      return shape(input(node, side))[index] === 1 && other >= 0 && shape(input(node, 1 - side))[other] !== 1;
    });
  return operands.every((operand, side) => {
    const axes = operand.split('');
    const others = `${result}${operands[1 - side] ?? ''}`;
    return (
      isConstant(input(node, side)) ||
      (new Set(axes).size === axes.length &&
        axes.every((axis) => others.includes(axis)) &&
        !isRepeated(axes, side))
    );
  });
}

/** The transpose of `a,b->r` in a is `r,b->a`. */
function einsum(context: RuleContext, position: Side): LinearForm {
  const { node, builder } = context;
  const { operands, result } = equationOf(context) ?? { operands: ['', ''], result: '' };
  const [data, weight] = [operands[position], operands[1 - position] ?? ''];
  const product = (equation: string, a: Value, b: Value): Value =>
    builder.op('Einsum', [a, b], { equation: { type: 'string', value: equation } });
  return {
    x: input(node, position),
    position,
    w: input(node, 1 - position),
    bias: null,
    forward: (x, w, offset) => {
      const y = product(`${data},${weight}->${result}`, x, w);
      return offset === 0 ? y : builder.add(y, builder.float(offset));
    },
    transpose: (s, w) => product(`${result},${weight}->${data}`, s, w),
  };
}

export const einsums: readonly Rule[] = [bilinear('Einsum', einsum, covers)];
