import type { GraphProto } from '../onnx/gen/onnx_pb.js';
import type { Graph, Node, ValueInfo } from '../onnx/graph.js';
import type { GraphBuilder } from './builder.js';

/** A model and what was built on it: the builder's outputs, without what none of them needs. */
export function extend(model: Graph, builder: GraphBuilder, inputs: readonly ValueInfo[]): Graph {
  const outputs = Array.from(builder.outputs.values());
  const nodes = needed([...model.nodes, ...builder.nodes], outputs);
  const used = new Set(nodes.flatMap(readBy));
  const constants = [...model.initializers, ...builder.initializers];
  return {
    ...model,
    nodes,
    initializers: new Map(constants.filter(([name]) => used.has(name))),
    inputs,
    outputs,
    valueInfo: new Map(),
    functions: [],
  };
}

/** The nodes on the way to these outputs. */
export function needed(nodes: readonly Node[], outputs: readonly ValueInfo[]): readonly Node[] {
  const wanted = new Set(outputs.map(({ name }) => name));
  const kept = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => wanted.has(name))) return false;
    for (const name of readBy(node)) wanted.add(name);
    return true;
  });
  return kept.toReversed();
}

/** Every tensor that a node reads, those that its subgraphs (If, Loop, Scan) read from outside among them. */
export function readBy({ inputs, attributes }: Node): readonly string[] {
  const bodies = Array.from(attributes.values(), (attribute) =>
    attribute.type === 'graph' ? readInside(attribute.value) : [],
  );
  return [...inputs, ...bodies.flat()];
}

function readInside({ node }: GraphProto): readonly string[] {
  return node.flatMap(({ input, attribute }) => [
    ...input,
    ...attribute.flatMap(({ g }) => (g === undefined ? [] : readInside(g))),
  ]);
}
