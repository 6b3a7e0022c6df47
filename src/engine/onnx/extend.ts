import type { GraphBuilder } from './builder.js';
import type { Graph, ValueInfo } from './graph.js';
import { needed, readBy } from './walk.js';

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
