import type { Graph, Node } from '../onnx/graph.js';
import { producers } from '../onnx/walk.js';

/**
 * Which node of the file stands for what computes a tensor of its prepared graph; undefined where only preparation put it
 * there. A folded normalisation's place is that of the operator it was folded into, as in files that come folded.
 */
export function fileNodes(file: Graph, prepared: Graph): (tensor: string) => Node | undefined {
  const given = producers(file);
  const simplified = producers(prepared);
  return (tensor) => {
    const node = given.get(tensor);
    const isFolded = node?.op === 'BatchNormalization' && simplified.get(tensor)?.op !== node.op;
    return (isFolded ? given.get(node.inputs[0] ?? '') : undefined) ?? node;
  };
}
