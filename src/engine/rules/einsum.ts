import type { Value } from '../compile/builder.js';
import { text } from '../onnx/graph.js';
import { linear, type LinearForm } from './linear.js';
import { input, type Rule, type RuleContext } from './rule.js';

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

/** Covered: one operand constant, and every axis of the other found again in the result or the constant. */
function covers(context: RuleContext): boolean {
  const { node, isConstant } = context;
  const equation = equationOf(context);
  if (equation === null || isConstant(input(node, 0)) === isConstant(input(node, 1))) return false;
  const [data, weight] = isConstant(input(node, 1))
    ? equation.operands
    : ([equation.operands[1], equation.operands[0]] as const);
  const axes = data.split('');
  return (
    new Set(axes).size === axes.length && axes.every((axis) => `${equation.result}${weight}`.includes(axis))
  );
}

/** The transpose of `a,b->r` in a is `r,b->a`. */
function einsum(context: RuleContext): LinearForm {
  const { node, builder, isConstant } = context;
  const { operands, result } = equationOf(context) ?? { operands: ['', ''], result: '' };
  const position = isConstant(input(node, 1)) ? 0 : 1;
  const [data, weight] = position === 0 ? operands : [operands[1], operands[0]];
  const product = (equation: string, a: Value, b: Value): Value =>
    builder.op('Einsum', [a, b], { equation: { type: 'string', value: equation } });
  return {
    x: input(node, position),
    position,
    w: input(node, 1 - position),
    forward: (x, w, offset) => {
      const y = product(`${data},${weight}->${result}`, x, w);
      return offset === 0 ? y : builder.add(y, builder.float(offset));
    },
    transpose: (s, w) => product(`${result},${weight}->${data}`, s, w),
  };
}

export const einsums: readonly Rule[] = [linear('Einsum', einsum, covers)];
