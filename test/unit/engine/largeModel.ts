import { writeFileSync } from 'node:fs';

import type { Graph } from '../../../src/engine/onnx/graph.js';
import { DataType, elementCount, floatTensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { graphOf, node } from './graphs.js';

/** Input and output channels of 3 × 3 convolutions; their weights are 68 MiB together. */
const CHANNELS = [
  [3, 256],
  [256, 1024],
  [1024, 1024],
  [1024, 640],
] as const;

/** Writes a classifier of ten classes whose weights take 68 MiB, small in everything else. */
export function writeLargeModel(file: string, seed: number): void {
  const constants: Record<string, Tensor> = {};
  let last = 'x';
  const nodes = CHANNELS.flatMap(([inputs, outputs], index) => {
    const [w, y, r] = [`w${index}`, `conv${index}`, `relu${index}`];
    constants[w] = weights([outputs, inputs, 3, 3], seed + index);
    const conv = node('Conv', [last, w], [y], {
      strides: { type: 'ints', value: [2, 2] },
      pads: { type: 'ints', value: [1, 1, 1, 1] },
    });
    last = r;
    return [conv, node('Relu', [y], [r])];
  });
  constants['classes'] = weights([640, 10], seed);
  const graph: Graph = graphOf(
    [1, 3, 32, 32],
    [
      ...nodes,
      node('GlobalAveragePool', [last], ['pooled']),
      node('Flatten', ['pooled'], ['features']),
      node('MatMul', ['features', 'classes'], ['logits']),
    ],
    constants,
  );
  const logits = [{ name: 'logits', dataType: DataType.FLOAT, shape: [1, 10] }];
  writeFileSync(file, writeModel({ ...graph, outputs: logits }, Infinity).bytes);
}

/** Reproducible, of a variance that keeps activations about 1. */
function weights(dims: readonly number[], seed: number): Tensor {
  const scale = Math.sqrt(6 / elementCount(dims.slice(1)));
  const values = new Float32Array(elementCount(dims));
  let state = seed + 1;
  // `Float32Array.from` takes three times as long.
  for (let index = 0; index < values.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[index] = scale * (state / 2 ** 31 - 1);
  }
  return floatTensor(values, dims);
}
