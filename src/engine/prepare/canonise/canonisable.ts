import type { Graph, Shapes } from '../../onnx/graph.js';

/** A simplified graph that is brought to the operators that the rules know. */
export interface Canonisable {
  readonly graph: Graph;
  /** The input that the picture goes into. */
  readonly image: string;
  /** Shapes of the graph's tensors. */
  readonly shapes: Shapes;
}

export type Canoniser = (model: Canonisable) => Canonisable;
