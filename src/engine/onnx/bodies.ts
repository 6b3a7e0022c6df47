import type { GraphProto, NodeProto } from './gen/onnx_pb.js';
import type { Attribute, Node } from './graph.js';
import { readNode } from './read.js';
import { writeNode } from './write.js';

/** A node with its subgraphs (If, Loop, Scan) changed. */
export function withBodies(node: Node, change: (body: GraphProto) => GraphProto): Node {
  const attributes = Array.from(node.attributes, ([name, attribute]): [string, Attribute] =>
    attribute.type === 'graph'
      ? [name, { type: 'graph', value: change(attribute.value) }]
      : [name, attribute],
  );
  return { ...node, attributes: new Map(attributes) };
}

/** A subgraph with its nodes changed. */
export function withNodes(body: GraphProto, change: (nodes: readonly Node[]) => readonly Node[]): GraphProto {
  return { ...body, node: change(nodesOf(body)).map(writeNode) };
}

/** Every node of a node's subgraphs, and of theirs. */
export function nodesWithin({ attributes }: Node): readonly Node[] {
  return Array.from(attributes.values()).flatMap((attribute) =>
    attribute.type === 'graph'
      ? nodesOf(attribute.value).flatMap((node) => [node, ...nodesWithin(node)])
      : [],
  );
}

function nodesOf({ node }: GraphProto): readonly Node[] {
  // Nothing is wrong with them: they were looked at when the file was read.
  return node.map((each) => readNode(each, ''));
}

/** A node that reads other tensors in the place of some, in its subgraphs too. */
export function reading(node: Node, rename: (tensor: string) => string): Node {
  const inputs = node.inputs.map(rename);
  return withBodies({ ...node, inputs }, (body) => bodyReading(body, rename));
}

function bodyReading(body: GraphProto, rename: (tensor: string) => string): GraphProto {
  const inside = (node: NodeProto): NodeProto => ({
    ...node,
    input: node.input.map(rename),
    attribute: node.attribute.map((each) =>
      each.g === undefined ? each : { ...each, g: bodyReading(each.g, rename) },
    ),
  });
  return {
    ...body,
    node: body.node.map(inside),
    output: body.output.map((info) => ({ ...info, name: rename(info.name) })),
  };
}
