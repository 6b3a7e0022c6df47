import type { Node } from '../onnx/graph.js';
import { activations } from './activation.js';
import { columnRules } from './columns.js';
import { convolutions } from './convolution.js';
import { einsums } from './einsum.js';
import { elementaries } from './elementary.js';
import { extrema } from './extremum.js';
import { matrices } from './matrix.js';
import { movements } from './movement.js';
import { normalizations } from './normalization.js';
import { poolings } from './pooling.js';
import { products } from './product.js';
import { reductions } from './reduction.js';
import { resizes } from './resize.js';
import type { Rule } from './rule.js';
import { softmaxes } from './softmax.js';
import { sums } from './sum.js';

/** Every operator that derivatives or relevance can pass, by operator type. */
const TABLE: ReadonlyMap<string, Rule> = new Map(
  [
    ...convolutions,
    ...matrices,
    ...einsums,
    ...columnRules,
    ...activations,
    ...elementaries,
    ...extrema,
    ...normalizations,
    ...poolings,
    ...resizes,
    ...reductions,
    ...sums,
    ...products,
    ...movements,
    ...softmaxes,
  ].flatMap((rule) => rule.ops.map((op) => [op, rule])),
);

const ELEMENTWISE: ReadonlySet<Rule> = new Set([...activations, ...elementaries]);

/** Whether a node's operator is a function of every element by itself. */
export function isElementwise(node: Node): boolean {
  const rule = ruleOf(node);
  return rule !== null && ELEMENTWISE.has(rule);
}

/** The rule of a node's operator, or null where there is none. */
export function ruleOf(node: Node): Rule | null {
  return node.domain === '' ? (TABLE.get(node.op) ?? null) : null;
}
