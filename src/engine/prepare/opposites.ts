import { GraphBuilder, type Value } from '../onnx/builder.js';
import type { Node } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { flowOf } from '../rules/analysis.js';
import { activationsOf, type Flow, isArithmeticWithConstants, isLinear, MOVEMENTS } from '../rules/flow.js';
import type { Canonisable } from './canonise/canonisable.js';

/** A graph in which every logit has its negation as a row of its own. */
export interface Opposed {
  readonly model: Canonisable;
  /** float [2N]: [z, −z] */
  readonly rows: Value;
}

const AVERAGES = new Set(['AveragePool', 'GlobalAveragePool', 'ReduceMean', 'ReduceSum']);
const SUMS = new Set(['Add', 'Sum', 'Sub']);
/** Operators that are negated with their constants; scaling, averaging and moving need no more than a negated input. */
const NEGATED_WITH_CONSTANTS = new Set([
  ...['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'Einsum'],
  ...['Add', 'Sum', 'Sub', 'Concat'],
]);

/**
 * Reads the last linear operator, or those of several heads, as one with the rows (w, b) and (−w, −b): it and what lies
 * behind it stand in the graph a second time with negated weights, so that what speaks against a class is evidence for its
 * negation.
 * @returns null where anything but movement, averages, sums and constants stands between linear operators and the logits
 */
export function withOpposites(model: Canonisable, logits: Value): Opposed | null {
  const { graph, image } = model;
  const flow = flowOf(graph, image, model.shapes);
  const way = wayFromLastLinear(flow, logits);
  if (way.size === 0) return null;
  const builder = new GraphBuilder('opposite/');
  const shapes = new Map<Value, readonly number[]>(model.shapes);
  const negation = (constant: Value): Value => {
    const negated = builder.neg(constant);
    shapes.set(negated, flow.shape(constant));
    return negated;
  };
  const nodes = graph.nodes.flatMap((node) => {
    if (!way.has(node)) return [node];
    const before = builder.nodes.length;
    const turned = turnedAround(flow, node, negation);
    const copy = { ...opposite(flow, node, isLinear(flow, node), negation), ...turned?.opposite };
    node.outputs.forEach((name, index) => shapes.set(copy.outputs[index] ?? '', flow.shape(name)));
    // The file's own operator comes last: what is wrong with both is told of it.
    return [...builder.nodes.slice(before), copy, { ...node, ...turned?.own }];
  });
  const before = builder.nodes.length;
  const count = elementCount(flow.shape(logits));
  const both = [logits, oppositeOf(logits)].map((name) => builder.reshape(name, [count]));
  const rows = builder.op('Concat', both, { axis: { type: 'int', value: 0 } });
  for (const name of both) shapes.set(name, [count]);
  shapes.set(rows, [2 * count]);
  const initializers = new Map([...graph.initializers, ...builder.initializers]);
  const opposed = { ...graph, nodes: [...nodes, ...builder.nodes.slice(before)], initializers };
  return { model: { image, graph: opposed, shapes }, rows };
}

/** Whether the last linear operator gives the negation of a logit, which has evidence of its own. */
export function isTurnedAround({ graph, image, shapes }: Canonisable, logits: Value): boolean {
  const flow = flowOf(graph, image, shapes);
  return [...wayFromLastLinear(flow, logits)].some(
    (node) => turnedAround(flow, node, (name) => name) !== null,
  );
}

type Change = Pick<Node, 'op' | 'inputs'>;

/**
 * A node that turns its activation around, c − x or x times what is negative, as what does the same to the activation's
 * opposite; and what computes the opposite of its result. null for any other.
 */
function turnedAround(
  flow: Flow,
  { op, inputs }: Node,
  negation: (constant: Value) => Value,
): { readonly own: Change; readonly opposite: Change } | null {
  const [x = '', second = ''] = inputs;
  if (op === 'Neg')
    return { own: { op: 'Identity', inputs: [oppositeOf(x)] }, opposite: { op: 'Identity', inputs: [x] } };
  if (op === 'Sub' && flow.isConstant(x) && !flow.isConstant(second))
    return {
      own: { op: 'Add', inputs: [x, oppositeOf(second)] },
      opposite: { op: 'Add', inputs: [negation(x), second] },
    };
  const [constant] = op === 'Mul' || op === 'Div' ? inputs.filter(flow.isConstant) : [];
  const factors = constant === undefined ? null : flow.constantValues(constant);
  if (constant === undefined || !factors?.every((factor) => factor < 0)) return null;
  const negated = negation(constant);
  const applied = (of: (name: Value) => Value): Change => ({
    op,
    inputs: inputs.map((name) => (name === constant ? negated : of(name))),
  });
  return { own: applied(oppositeOf), opposite: applied((name) => name) };
}

/** The last linear operators and what follows them; nothing where one way to the logits comes from none. */
function wayFromLastLinear(flow: Flow, logits: Value): ReadonlySet<Node> {
  const way = new Set<Node>();
  const leads = (tensor: Value): boolean => {
    const node = flow.producer(tensor);
    if (node === undefined) return false;
    way.add(node);
    if (isLinear(flow, node)) return true;
    return isTurnedByNegation(flow, node) && activationsOf(flow, node).every(leads);
  };
  return leads(logits) ? way : new Set();
}

/** Whether a node's result is negated where its activations and, of some, its constants are. */
function isTurnedByNegation(flow: Flow, node: Node): boolean {
  if (node.op === 'Div' && flow.isConstant(node.inputs[0] ?? '')) return false;
  // What a Pad adds is no activation.
  if (node.op === 'Pad') return false;
  const isSum = SUMS.has(node.op);
  return isSum || MOVEMENTS.has(node.op) || AVERAGES.has(node.op) || isArithmeticWithConstants(flow, node);
}

/** The node that computes −y. */
function opposite(flow: Flow, node: Node, isFirst: boolean, negation: (constant: Value) => Value): Node {
  const constants = node.inputs.filter((name) => name !== '' && flow.isConstant(name));
  // A product of several constants is negated with one of them.
  const negated = new Set(node.op === 'Einsum' ? constants.slice(0, 1) : constants);
  const inputs = node.inputs.map((name) => {
    if (NEGATED_WITH_CONSTANTS.has(node.op) && negated.has(name)) return negation(name);
    return name === '' || isFirst || flow.isConstant(name) ? name : oppositeOf(name);
  });
  const outputs = node.outputs.map((name) => (name === '' ? '' : oppositeOf(name)));
  return { ...node, name: node.name === '' ? '' : oppositeOf(node.name), inputs, outputs };
}

function oppositeOf(tensor: Value): Value {
  return `opposite/of/${tensor}`;
}
