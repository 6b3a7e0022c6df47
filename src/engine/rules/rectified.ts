import type { Value } from '../onnx/builder.js';
import { type Node, output } from '../onnx/graph.js';
import { activationsOf, type Flow, memoised, MOVEMENTS } from './flow.js';

/** Condition P(y) of the relevance pass: whether all that becomes of a tensor is rectified. */
export interface Rectified {
  /** Whether every reader is Relu or Clip from 0 on, directly or through movement, MaxPool or a sum that only Relus read. */
  readonly isRectified: (tensor: Value) => boolean;
  /** Whether every reader is a Relu. */
  readonly feedsOnlyRelu: (tensor: Value) => boolean;
  /** The output of the Relu that is a tensor's only reader; null where there is none. */
  readonly soleRelu: (tensor: Value) => Value | null;
}

const SUMS = new Set(['Add', 'Sum', 'Sub']);

export function rectified(flow: Flow): Rectified {
  const outputs = new Set(flow.graph.outputs.map(({ name }) => name));
  const every = (tensor: Value, holds: (reader: Node) => boolean): boolean => {
    const readers = flow.readers(tensor);
    return readers.length > 0 && !outputs.has(tensor) && readers.every(holds);
  };
  const feedsOnlyRelu = (tensor: Value): boolean => every(tensor, ({ op }) => op === 'Relu');
  const isRectified: (tensor: Value) => boolean = memoised((tensor) =>
    every(tensor, (reader) => {
      if (reader.op === 'Relu') return true;
      if (reader.op === 'Clip') return (flow.constantValues(reader.inputs[1] ?? '')?.[0] ?? -1) >= 0;
      if (MOVEMENTS.has(reader.op) || reader.op === 'MaxPool')
        return reader.outputs.filter(Boolean).every((name) => isRectified(name));
      return SUMS.has(reader.op) && activationsOf(flow, reader).length > 1 && feedsOnlyRelu(output(reader));
    }),
  );
  return {
    isRectified,
    feedsOnlyRelu,
    soleRelu: (tensor) => {
      const [relu, ...others] = flow.readers(tensor);
      return relu !== undefined && others.length === 0 && feedsOnlyRelu(tensor) ? output(relu) : null;
    },
  };
}
