import type { Attribute, Graph } from '../onnx/graph.js';
import type { Tensor } from '../onnx/tensor.js';
import type { Recipe } from './recipe.js';

/** A graph without the values of the constants that a recipe replaces: what the weights of further checkpoints go into. */
export interface Frame {
  readonly graph: Graph;
  /** The constants of which it has names and shapes alone. */
  readonly missing: ReadonlySet<string>;
}

/** The frame of a graph for the checkpoints that a recipe serves; it refers to nothing of the graph's file. */
export function frameOf(graph: Graph, { steps }: Recipe): Frame {
  const missing = new Set(
    steps.flatMap(({ constant, readings }) => (constant !== null && readings === null ? [constant] : [])),
  );
  const initializers = new Map(
    Array.from(graph.initializers, ([name, tensor]): [string, Tensor] => [
      name,
      missing.has(name) ? { ...tensor, bytes: new Uint8Array() } : copied(tensor),
    ]),
  );
  const nodes = graph.nodes.map((node) => ({
    ...node,
    attributes: new Map(Array.from(node.attributes, ([name, value]) => [name, ofItsOwn(value)])),
  }));
  return { graph: { ...graph, nodes, initializers }, missing };
}

/** Whether a recipe replaces all that a frame lacks. */
export function serves({ missing }: Frame, recipe: Recipe): boolean {
  const replaced = new Set(
    recipe.steps.map(({ constant, readings }) => (readings === null ? constant : null)),
  );
  return Array.from(missing).every((name) => replaced.has(name));
}

function ofItsOwn(attribute: Attribute): Attribute {
  return attribute.type === 'tensor' ? { type: 'tensor', value: copied(attribute.value) } : attribute;
}

function copied(tensor: Tensor): Tensor {
  return { ...tensor, bytes: Uint8Array.from(tensor.bytes) };
}
