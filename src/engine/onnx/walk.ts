/** Walks over a graph: who computes and reads a tensor, and what depends on what. */

import type { GraphProto } from './gen/onnx_pb.js';
import type { Graph, Node, ValueInfo } from './graph.js';

/** Which node computes each tensor. */
export function producers(graph: Graph): Map<string, Node> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.filter(Boolean).map((output) => [output, node])));
}

/** Which nodes read each tensor, once per reading. */
export function consumers(graph: Graph): Map<string, Node[]> {
  const found = new Map<string, Node[]>();
  for (const node of graph.nodes)
    for (const tensor of readBy(node)) {
      const readers = found.get(tensor);
      if (readers) readers.push(node);
      else found.set(tensor, [node]);
    }
  return found;
}

/** Finds the only node that reads a tensor; null where several do or none, or it is an output of the graph. */
export function soleReaders(graph: Graph): (tensor: string) => Node | null {
  const readers = consumers(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  return (tensor) => {
    const [reader, ...others] = readers.get(tensor) ?? [];
    return reader === undefined || others.length > 0 || outputs.has(tensor) ? null : reader;
  };
}

/** Every tensor that a node reads: its inputs, and what its subgraphs (If, Loop, Scan) read from outside. */
export function readBy({ inputs, attributes }: Node): readonly string[] {
  const bodies = Array.from(attributes.values(), (attribute) =>
    attribute.type === 'graph' ? readFromOutside(attribute.value) : [],
  );
  return [...inputs, ...bodies.flat()];
}

/** What a subgraph reads of the graph around it. */
export function readFromOutside({ node, input, initializer, output }: GraphProto): readonly string[] {
  const own = new Set([
    ...[...input, ...initializer].map(({ name }) => name),
    ...node.flatMap((each) => each.output),
  ]);
  const read = node.flatMap((each) => [
    ...each.input,
    ...each.attribute.flatMap(({ g }) => (g === undefined ? [] : readFromOutside(g))),
  ]);
  return [...read, ...output.map(({ name }) => name)].filter((name) => name !== '' && !own.has(name));
}

/** The nodes on the way to these outputs. */
export function needed(nodes: readonly Node[], outputs: readonly Pick<ValueInfo, 'name'>[]): readonly Node[] {
  const wanted = new Set(outputs.map(({ name }) => name));
  const kept = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => wanted.has(name))) return false;
    for (const name of readBy(node)) wanted.add(name);
    return true;
  });
  return kept.toReversed();
}

/** The part of a graph that computes these outputs: their nodes and the constants that those read. */
export function partFor(graph: Graph, outputs: readonly ValueInfo[]): Graph {
  const nodes = needed(graph.nodes, outputs);
  const read = new Set([...nodes.flatMap(readBy), ...outputs.map(({ name }) => name)]);
  const initializers = new Map([...graph.initializers].filter(([name]) => read.has(name)));
  return { ...graph, nodes, initializers, outputs };
}

/** Every tensor that a tensor is computed from, and itself. */
export function upstreamOf(graph: Graph, tensor: string): ReadonlySet<string> {
  return new Set([tensor, ...needed(graph.nodes, [{ name: tensor }]).flatMap(readBy)]);
}

/** Every tensor that depends on an input, in the order of computation, and the input itself. */
export function reachedFrom(graph: Graph, input: string): ReadonlySet<string> {
  return reached(graph, [input]);
}

/** The nodes that depend on constants alone, and the others. */
export function divide(graph: Graph): { readonly constant: readonly Node[]; readonly rest: readonly Node[] } {
  const varying = reached(
    graph,
    graph.inputs.map(({ name }) => name),
  );
  const isConstant = (node: Node): boolean => !node.outputs.some((name) => varying.has(name));
  return { constant: graph.nodes.filter(isConstant), rest: graph.nodes.filter((node) => !isConstant(node)) };
}

function reached(graph: Graph, from: readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  for (const node of graph.nodes)
    if (readBy(node).some((name) => found.has(name))) for (const name of node.outputs) found.add(name);
  return found;
}
