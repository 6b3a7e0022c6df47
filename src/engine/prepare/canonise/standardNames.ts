import { type Attribute, float, input, type Node, output } from '../../onnx/graph.js';
import { RUNTIME_DOMAIN } from '../../runtime/younger.js';
import type { Canonisable } from './canonisable.js';

/** Activations that ONNX Runtime's optimisers write, which ONNX has too. */
const STANDARD: ReadonlyMap<string, (node: Node) => readonly Node[]> = new Map([
  ['Gelu', (node) => [standard(node, 'Gelu')]],
  ['BiasGelu', (node) => behindBias(node, (sum) => standard(sum, 'Gelu'))],
  [
    'FastGelu',
    (node) =>
      behindBias(node, (sum) => standard(sum, 'Gelu', 'approximate', { type: 'string', value: 'tanh' })),
  ],
  [
    'QuickGelu',
    (node) => [standard(node, 'Swish', 'alpha', { type: 'float', value: float(node, 'alpha', 1.702) })],
  ],
]);

/** Gives operators of ONNX Runtime's own the names that ONNX has for them. */
export function standardNames({ graph, ...rest }: Canonisable): Canonisable {
  const shapes = new Map(rest.shapes);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const renamed = node.domain === RUNTIME_DOMAIN ? (STANDARD.get(node.op)?.(node) ?? [node]) : [node];
    const shape = shapes.get(output(node));
    if (shape !== undefined) for (const made of renamed) shapes.set(output(made), shape);
    return renamed;
  });
  return { ...rest, graph: { ...graph, nodes }, shapes };
}

function standard(node: Node, op: string, name?: string, value?: Attribute): Node {
  const attributes = name === undefined || value === undefined ? [] : [[name, value] as const];
  return { ...node, op, domain: '', inputs: node.inputs.slice(0, 1), attributes: new Map(attributes) };
}

/** The same of the sum with a second input, where there is one. */
function behindBias(node: Node, activation: (node: Node) => Node): readonly Node[] {
  if (input(node, 1) === '') return [activation(node)];
  const sum = `${output(node)}/biased`;
  const add = { ...node, name: `${node.name}/bias`, op: 'Add', domain: '', outputs: [sum] };
  return [{ ...add, attributes: new Map<string, Attribute>() }, activation({ ...node, inputs: [sum] })];
}
