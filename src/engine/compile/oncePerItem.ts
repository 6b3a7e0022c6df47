import type { Value } from '../onnx/builder.js';
import type { Graph, Node, ValueInfo } from '../onnx/graph.js';
import { DataType, int64Tensor } from '../onnx/tensor.js';
import { writeSubgraph } from '../onnx/write.js';

/**
 * Computes what depends on one input once per item of a list, and everything else once: those nodes become the body of a
 * Scan (ai.onnx 11), which reads the tensors around it as they are. (A batch would have to pass every Reshape, Gather and
 * window partition of a model that was exported for one picture.)
 * @param item an input of `graph`, int64 [1]; `list` takes its place, int64 [T]
 * @returns the graph whose outputs that depend on the item have an axis of the T items in front
 */
export function oncePerItem(
  graph: Graph,
  { item, list }: { readonly item: Value; readonly list: Value },
): Graph {
  const dependent = new Set([item]);
  const inside: Node[] = [];
  const outside: Node[] = [];
  for (const node of graph.nodes) {
    const repeated = node.inputs.some((name) => dependent.has(name));
    (repeated ? inside : outside).push(node);
    if (repeated) for (const name of node.outputs) dependent.add(name);
  }
  const results = graph.outputs.filter(({ name }) => dependent.has(name));
  const resultNames = new Set(results.map(({ name }) => name));
  // Inside and outside, one name must not mean two things.
  const each = (name: Value): Value => (resultNames.has(name) ? `${name}/each` : name);
  const [scalar, one] = [`${item}/each`, `${item}/one`];
  const asVector: Node = { ...PLAIN, name: item, op: 'Reshape', inputs: [scalar, one], outputs: [item] };
  const body = writeSubgraph(
    [
      asVector,
      ...inside.map((node) => ({ ...node, inputs: node.inputs.map(each), outputs: node.outputs.map(each) })),
    ],
    [{ name: scalar, dataType: DataType.INT64, shape: [] }],
    results.map((info): ValueInfo => ({ ...info, name: each(info.name) })),
  );
  const scan: Node = {
    ...PLAIN,
    name: list,
    op: 'Scan',
    inputs: [list],
    outputs: results.map(({ name }) => name),
    attributes: new Map([
      ['body', { type: 'graph', value: body }],
      ['num_scan_inputs', { type: 'int', value: 1 }],
    ]),
  };
  return {
    ...graph,
    nodes: [...outside, scan],
    initializers: new Map([...graph.initializers, [one, int64Tensor([1])]]),
    inputs: graph.inputs.map((info) =>
      info.name === item ? { ...info, name: list, shape: ['items'] } : info,
    ),
  };
}

const PLAIN = { domain: '', modulePath: [], attributes: new Map() } satisfies Partial<Node>;
