import type { GraphBuilder } from './builder.js';
import type { Graph, ValueInfo } from './graph.js';
import { partFor } from './walk.js';

/** A model and what was built on it: the builder's outputs, without what none of them needs. */
export function extend(model: Graph, builder: GraphBuilder, inputs: readonly ValueInfo[]): Graph {
  const extended: Graph = {
    ...model,
    nodes: [...model.nodes, ...builder.nodes],
    initializers: new Map([...model.initializers, ...builder.initializers]),
    inputs,
    valueInfo: new Map(),
    functions: [],
  };
  return partFor(extended, Array.from(builder.outputs.values()));
}
