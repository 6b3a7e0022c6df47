import type { Node } from '../onnx/graph.js';

/** What `source` is given, as the first output of `node`. */
export function passOn(source: Node, node: Node): Node {
  return {
    ...node,
    op: 'Identity',
    domain: '',
    inputs: source.inputs.slice(0, 1),
    outputs: node.outputs.slice(0, 1),
    attributes: new Map(),
  };
}
