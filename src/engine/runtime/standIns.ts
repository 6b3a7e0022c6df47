import type { Graph, Node } from '../onnx/graph.js';
import { divide } from '../onnx/walk.js';

/**
 * ONNX Runtime has no kernel for these operators and writes them out in simpler ones, of which relevance would take each
 * for itself. Beside each, an operator of the same inputs, whose output has the same shape too, that it leaves alone.
 */
const STAND_INS: ReadonlyMap<string, string> = new Map([
  ['HardSwish', 'Softsign'],
  ['Mish', 'Softsign'],
  ['Swish', 'Softsign'],
  ['GroupNormalization', 'InstanceNormalization'],
]);

/** A graph in which other operators stand for some. */
export interface Disguised {
  readonly graph: Graph;
  /** Puts the operators back, once ONNX Runtime has worked on the graph. */
  readonly restore: (graph: Graph) => Graph;
}

/** Keeps operators whole that ONNX Runtime would write out; what depends on constants alone it may, and folds. */
export function disguise(graph: Graph): Disguised {
  const isConstant = new Set(divide(graph).constant);
  const hidden = new Map<string, Node>();
  const nodes = graph.nodes.map((node): Node => {
    const op = node.domain === '' ? STAND_INS.get(node.op) : undefined;
    if (op === undefined || isConstant.has(node)) return node;
    const name = `stand-in ${hidden.size}`;
    hidden.set(name, node);
    return { ...node, name, op, attributes: new Map() };
  });
  return {
    graph: hidden.size === 0 ? graph : { ...graph, nodes },
    restore: (worked) => ({
      ...worked,
      nodes: worked.nodes.map((node) => {
        const found = hidden.get(node.name);
        // Its neighbours may have gone: what it reads and writes is as it stands now.
        return found === undefined ? node : { ...found, inputs: node.inputs, outputs: node.outputs };
      }),
    }),
  };
}
