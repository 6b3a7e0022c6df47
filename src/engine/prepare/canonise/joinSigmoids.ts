import { input, type Node, output } from '../../onnx/graph.js';
import { needed, reachedFrom } from '../../onnx/walk.js';
import { flowOf } from '../../rules/analysis.js';
import { activationsOf, type Flow, isLinear } from '../../rules/flow.js';
import { isOfClasses } from '../logits.js';
import type { Canonisable } from './canonisable.js';

/** What leaves every value as it is. */
const SHAPING = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose']);

/** Joins the scores of heads that end in a Sigmoid each: one Sigmoid of the heads' logits side by side has one list of logits. */
export function joinSigmoids({ graph, image, shapes }: Canonisable): Canonisable {
  const flow = flowOf(graph, image, shapes);
  const known = new Map(shapes);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    if (node.op !== 'Concat' || !isAnswer(flow, node)) return [node];
    const copies = new Map<string, Node>();
    const logits = withoutSigmoid(flow, output(node), copies);
    if (logits === null) return [node];
    // A list within a list has been copied before.
    const added = [...copies].filter(([of]) => !known.has(copyOf(of)));
    for (const [of] of added) known.set(copyOf(of), flow.shape(of));
    return [
      ...added.map(([, copy]) => copy),
      { ...node, op: 'Sigmoid', inputs: [logits], attributes: new Map() },
    ];
  });
  return { graph: { ...graph, nodes: needed(nodes, graph.outputs) }, image, shapes: known };
}

/** Whether a list of values is used for nothing but the answer. */
function isAnswer(flow: Flow, node: Node): boolean {
  const behind = reachedFrom(flow.graph, output(node));
  const isReadOn = ({ inputs }: Node): boolean => inputs.some((name) => behind.has(name));
  return (
    isOfClasses(flow.shape(output(node))) &&
    activationsOf(flow, node).length > 1 &&
    !flow.graph.nodes.some((each) => isLinear(flow, each) && isReadOn(each))
  );
}

/** What a tensor is the Sigmoid of, made by copies of what moves and joins the values; null where it is none. */
function withoutSigmoid(flow: Flow, tensor: string, copies: Map<string, Node>): string | null {
  const node = flow.producer(tensor);
  if (node === undefined || flow.isConstant(tensor)) return null;
  if (node.op === 'Sigmoid') return input(node, 0);
  if (node.op !== 'Concat' && !SHAPING.has(node.op)) return null;
  const moved = node.op === 'Concat' ? node.inputs : node.inputs.slice(0, 1);
  const before = moved.map((name) => withoutSigmoid(flow, name, copies));
  const whole = before.filter((name) => name !== null);
  if (whole.length < before.length) return null;
  const inputs = [...whole, ...node.inputs.slice(whole.length)];
  copies.set(tensor, { ...node, name: copyOf(node.name), inputs, outputs: [copyOf(tensor)] });
  return copyOf(tensor);
}

function copyOf(name: string): string {
  return `${name}/logits`;
}
