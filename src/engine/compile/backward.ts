import type { Blocker } from '../../protocol/model.js';
import type { GraphBuilder, Value } from '../onnx/builder.js';
import { labelOf, type Node } from '../onnx/graph.js';
import { readBy } from '../onnx/walk.js';
import type { Analysis } from '../rules/analysis.js';
import { ratio } from '../rules/ratio.js';
import { backwardBy, readingOf } from '../rules/reading.js';
import type { Pass, Rule, RuleContext } from '../rules/rule.js';
import { ruleOf } from '../rules/table.js';

export interface Carried {
  /** What arrived at each tensor that all arrived at, of the tensor's shape. */
  readonly arrived: ReadonlyMap<Value, Value>;
  /** Operator types without a rule that something arrived at. */
  readonly obstacles: ReadonlySet<string>;
  /** Why nothing arrived, or not all that should: a part is never taken for the whole. */
  readonly blocked: ReadonlyMap<Value, Blocker>;
  /** For which node of the model each added node stands, by its name. */
  readonly madeFor: ReadonlyMap<string, Node>;
}

/** Where a backward pass begins and how it goes. */
export interface Way {
  readonly pass: Pass;
  /** Tensor of the model that `seed` starts at. */
  readonly rows: Value;
  readonly seed: Value;
  /** The values that a tensor can have, where relevance is carried down to the pixels. */
  readonly range: RuleContext['range'];
  /** Whether the classifier is an operator on tokens where tokens enter it. */
  readonly classifierOnTokens: boolean;
  /** Nodes that count as without a rule, since ONNX Runtime takes theirs not. */
  readonly refused: ReadonlySet<Node>;
}

/**
 * Adds the backward pass to a graph: from the logits node by node to the image, adding up where a tensor has several
 * readers. Relevance passes operators on tokens as a multiplier m, with R = x ⊙ m.
 */
export function carryBack(analysis: Analysis, builder: GraphBuilder, way: Way): Carried {
  const { pass, range } = way;
  const tokenOperators =
    pass === 'relevance' ? analysis.tokenOperators(way.classifierOnTokens) : new Set<unknown>();
  const sums = new Contributions(builder);
  sums.send(way.rows, way.seed, false);
  const blocked = new Map<Value, Blocker>();
  /** Tensors that miss a part of what should arrive, because of an operator without a rule. */
  const partial = new Map<Value, Blocker>();
  const obstacles = new Set<string>();
  const madeFor = new Map<string, Node>();

  /** The first reason found counts. */
  const mark = (marked: Map<Value, Blocker>, tensors: readonly Value[], blocker: Blocker): void => {
    for (const tensor of tensors)
      if (!analysis.isConstant(tensor) && !marked.has(tensor)) marked.set(tensor, blocker);
  };

  for (const node of analysis.graph.nodes.toReversed()) {
    if (node.outputs.every(analysis.isConstant)) continue;
    const context: RuleContext = { ...analysis.context(node, builder), range };
    const rule = ruleOf(node);
    const [missing] = node.outputs.flatMap((name) => partial.get(name) ?? []);
    if (!node.outputs.some((name) => sums.has(name))) {
      const [blocker] = node.outputs.flatMap((name) => blocked.get(name) ?? []);
      if (blocker !== undefined) mark(blocked, readBy(node), blocker);
      if (missing !== undefined) mark(partial, receivers(pass, rule, context), missing);
      continue;
    }
    if (rule === null || way.refused.has(node) || rule.covers?.(context, pass) === false) {
      obstacles.add(node.op);
      const blocker: Blocker = { op: node.op, node: labelOf(node), reason: 'noRule' };
      mark(blocked, readBy(node), blocker);
      mark(partial, readBy(node), blocker);
      continue;
    }
    const before = builder.nodes.length;
    const isOnTokens = tokenOperators.has(node);
    const outputs = node.outputs.map((name) => (isOnTokens ? sums.multiplier(name) : sums.total(name)));
    const backward =
      pass === 'derivative' ? rule.derivative : backwardBy(rule, readingOf(rule, context, isOnTokens));
    const carried = backward(context, outputs);
    for (const { name } of builder.nodes.slice(before)) madeFor.set(name, node);
    node.inputs.forEach((tensor, index) => {
      const value = carried[index];
      if (analysis.isConstant(tensor)) return;
      if (value == null)
        mark(blocked, [tensor], { op: node.op, node: labelOf(node), reason: 'takesNothing' });
      else {
        sums.send(tensor, value, isOnTokens);
        if (missing !== undefined) mark(partial, [tensor], missing);
      }
    });
  }
  const whole = [...sums.totals()].filter(([tensor]) => !partial.has(tensor));
  return { arrived: new Map(whole), obstacles, blocked: new Map([...blocked, ...partial]), madeFor };
}

/** What a node would send something to, if something arrived at it. */
function receivers(pass: Pass, rule: Rule | null, context: RuleContext): readonly Value[] {
  if (pass === 'derivative' || rule === null) return readBy(context.node);
  return (rule.takers?.(context) ?? [0]).flatMap((place) => context.node.inputs[place] ?? []);
}

/** What the readers of each tensor send to it: relevance or derivatives, and multipliers. */
class Contributions {
  readonly #builder: GraphBuilder;
  readonly #sent = new Map<Value, { readonly values: Value[]; readonly multipliers: Value[] }>();
  readonly #totals = new Map<Value, Value>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  send(tensor: Value, value: Value, isMultiplier: boolean): void {
    const sent = this.#sent.get(tensor) ?? { values: [], multipliers: [] };
    (isMultiplier ? sent.multipliers : sent.values).push(value);
    this.#sent.set(tensor, sent);
  }

  has(tensor: Value): boolean {
    return this.#sent.has(tensor);
  }

  /** Everything as relevance, or as derivative; null where nothing arrived. */
  total(tensor: Value): Value | null {
    const known = this.#totals.get(tensor);
    const sent = this.#sent.get(tensor);
    if (known !== undefined || sent === undefined) return known ?? null;
    const { values, multipliers } = sent;
    const [m] = multipliers.length === 0 ? [] : [this.#add(multipliers)];
    const total = this.#addUp(tensor, m === undefined ? values : [...values, this.#builder.mul(tensor, m)]);
    this.#totals.set(tensor, total);
    return total;
  }

  /** Everything as one multiplier; null where nothing arrived. */
  multiplier(tensor: Value): Value | null {
    const sent = this.#sent.get(tensor);
    if (sent === undefined) return null;
    const factors = sent.values.map(
      (value) => this.#builder.factorOf(value, tensor) ?? ratio(this.#builder, value, tensor),
    );
    return this.#add([...sent.multipliers, ...factors]);
  }

  totals(): ReadonlyMap<Value, Value> {
    return new Map([...this.#sent.keys()].flatMap((tensor) => [[tensor, this.total(tensor) ?? '']]));
  }

  #add(values: readonly Value[]): Value {
    return values.reduce((total, value) => this.#builder.add(total, value));
  }

  /**
   * The sum of what a tensor's readers send. Where every part was made as x ⊙ c_k, with x the tensor itself, the sum is
   * made as x ⊙ Σ c_k, so that the next rule finds the factor again.
   */
  #addUp(tensor: Value, parts: readonly Value[]): Value {
    const cofactors = parts.flatMap((part) => this.#builder.cofactor(part, tensor) ?? []);
    return parts.length > 1 && cofactors.length === parts.length
      ? this.#builder.mul(tensor, this.#add(cofactors))
      : this.#add(parts);
  }
}
