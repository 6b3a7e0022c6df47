import type { Attribute, Node } from './graph.js';
import { readNode } from './read.js';
import { writeNode } from './write.js';

/**
 * A node with the nodes of its subgraphs (If, Loop, Scan) changed.
 * @param file names the model in errors
 * @throws attributeType, constantType…
 */
export function withBodies(
  node: Node,
  change: (nodes: readonly Node[]) => readonly Node[],
  file: string,
): Node {
  const attributes = Array.from(node.attributes, ([name, attribute]): [string, Attribute] => {
    if (attribute.type !== 'graph') return [name, attribute];
    const changed = change(attribute.value.node.map((each) => readNode(each, file)));
    return [name, { type: 'graph', value: { ...attribute.value, node: changed.map(writeNode) } }];
  });
  return { ...node, attributes: new Map(attributes) };
}
