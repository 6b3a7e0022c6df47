import type { Blocker } from '../../protocol/model.js';
import type { GraphBuilder, Value } from '../onnx/builder.js';
import type { Analysis } from '../rules/analysis.js';
import type { Pass, Rule, RuleContext } from '../rules/rule.js';
import { ruleOf } from '../rules/table.js';

export interface Carried {
  /** What arrived at each tensor, of the tensor's shape. */
  readonly arrived: ReadonlyMap<Value, Value>;
  /** Operator types without a rule that something arrived at. */
  readonly obstacles: ReadonlySet<string>;
  /** Why nothing arrived, for the tensors that reach the logits only so. */
  readonly blocked: ReadonlyMap<Value, Blocker>;
}

/**
 * Adds the backward pass to a graph: from the logits node by node to the image, adding up where a tensor has several
 * readers.
 * @param logits tensor of the model that `seed` starts at
 * @param range the values that a tensor can have, where relevance is carried down to the pixels
 */
export function carryBack(
  analysis: Analysis,
  builder: GraphBuilder,
  pass: Pass,
  logits: Value,
  seed: Value,
  range: RuleContext['range'] = () => null,
): Carried {
  const contributions = new Map<Value, Value[]>([[logits, [seed]]]);
  const arrived = new Map<Value, Value>();
  const blocked = new Map<Value, Blocker>();
  const obstacles = new Set<string>();

  const collect = (tensor: Value): Value | null => {
    const known = arrived.get(tensor);
    if (known !== undefined) return known;
    const parts = contributions.get(tensor);
    if (parts === undefined) return null;
    const total = addUp(builder, tensor, parts);
    arrived.set(tensor, total);
    return total;
  };
  const block = (tensors: readonly Value[], blocker: Blocker): void => {
    for (const tensor of tensors)
      if (!analysis.isConstant(tensor) && !blocked.has(tensor)) blocked.set(tensor, blocker);
  };

  for (const node of analysis.graph.nodes.toReversed()) {
    if (node.outputs.every(analysis.isConstant)) continue;
    const outputs = node.outputs.map(collect);
    if (outputs.every((value) => value === null)) {
      const [blocker] = node.outputs.flatMap((name) => blocked.get(name) ?? []);
      if (blocker !== undefined) block(node.inputs, blocker);
      continue;
    }
    const context: RuleContext = { ...analysis.context(node, builder), range };
    const rule: Rule | null = ruleOf(node);
    if (rule === null || rule.covers?.(context, pass) === false) {
      obstacles.add(node.op);
      block(node.inputs, { op: node.op, node: node.name, reason: 'noRule' });
      continue;
    }
    const carried = rule[pass](context, outputs);
    node.inputs.forEach((tensor, index) => {
      const value = carried[index];
      if (analysis.isConstant(tensor)) return;
      if (value == null) block([tensor], { op: node.op, node: node.name, reason: 'takesNothing' });
      else contributions.set(tensor, [...(contributions.get(tensor) ?? []), value]);
    });
  }
  for (const { name } of analysis.graph.inputs) collect(name);
  return { arrived, obstacles, blocked };
}

/**
 * The sum of what a tensor's readers send. Where every part was made as x ⊙ c_k, with x the tensor itself, the sum is
 * made as x ⊙ Σ c_k, so that the next rule finds the factor again.
 */
function addUp(builder: GraphBuilder, tensor: Value, parts: readonly Value[]): Value {
  const cofactors = parts.flatMap((part) => builder.cofactor(part, tensor) ?? []);
  const sum = (values: readonly Value[]): Value => values.reduce((total, value) => builder.add(total, value));
  return parts.length > 1 && cofactors.length === parts.length
    ? builder.mul(tensor, sum(cofactors))
    : sum(parts);
}
