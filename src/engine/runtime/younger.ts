import { type Attribute, float, type Graph, type Node, opset, text } from '../onnx/graph.js';

/** Domain of ONNX Runtime's own operators. */
export const RUNTIME_DOMAIN = 'com.microsoft';

/** Operators of ONNX that may be younger than a graph's opset, and what ONNX Runtime calls them at any. */
const OLDER_NAMES: ReadonlyMap<string, { readonly since: number; readonly rename: (node: Node) => Node }> =
  new Map([
    ['Gelu', { since: 20, rename: gelu }],
    ['Swish', { since: 24, rename: swish }],
  ]);

/** A graph as ONNX Runtime takes it, without operators that are younger than its opset. */
export function inOlderNames(graph: Graph): Graph {
  const version = opset(graph);
  const nodes = graph.nodes.map((node) => {
    const known = node.domain === '' ? OLDER_NAMES.get(node.op) : undefined;
    return known === undefined || version >= known.since ? node : known.rename(node);
  });
  const isSame = nodes.every((node, index) => node === graph.nodes[index]);
  return isSame ? graph : { ...graph, nodes, opsets: new Map([...graph.opsets, [RUNTIME_DOMAIN, 1]]) };
}

function gelu(node: Node): Node {
  const op = text(node, 'approximate', 'none') === 'tanh' ? 'FastGelu' : 'Gelu';
  return { ...node, op, domain: RUNTIME_DOMAIN, attributes: new Map<string, Attribute>() };
}

function swish(node: Node): Node {
  const alpha = { type: 'float', value: float(node, 'alpha', 1) } as const;
  return {
    ...node,
    op: 'QuickGelu',
    domain: RUNTIME_DOMAIN,
    attributes: new Map<string, Attribute>([['alpha', alpha]]),
  };
}
