import type { Node } from '../onnx/graph.js';
import type { Tensor } from '../onnx/tensor.js';

/** Rewrites one node of an older opset; may need constants and further nodes. */
export type Rewrite = (node: Node, constant: (tensor: Tensor) => string) => readonly Node[];
