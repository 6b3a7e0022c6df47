import * as ort from 'onnxruntime-node';

import type { Graph, ValueInfo } from '../onnx/graph.js';
import { DataType, elementCount } from '../onnx/tensor.js';
import { createSession } from '../runtime/session.js';

export type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * The shape of every tensor. What ONNX Runtime did not infer is found by running the model once and asking.
 * @param graph simplified, with inputs of fixed size
 */
export async function findShapes(graph: Graph, file: string): Promise<Shapes> {
  const shapes = new Map<string, readonly number[]>();
  const note = ({ name, shape }: ValueInfo): void => {
    const fixed = shape?.filter((size) => typeof size === 'number');
    if (fixed !== undefined && fixed.length === shape?.length) shapes.set(name, fixed);
  };
  for (const info of [...graph.inputs, ...graph.valueInfo.values()]) note(info);
  const unknown = graph.nodes.flatMap(({ outputs }) =>
    outputs.filter((name) => name !== '' && !shapes.has(name)),
  );
  if (unknown.length === 0) return shapes;
  for (const [name, shape] of await trace(graph, unknown, file)) shapes.set(name, shape);
  return shapes;
}

async function trace(graph: Graph, tensors: readonly string[], file: string): Promise<Shapes> {
  const shapeOf = (index: number): string => `shape/${index}`;
  const session = await createSession(
    {
      ...graph,
      nodes: [
        ...graph.nodes,
        ...tensors.map((name, index) => ({
          name: shapeOf(index),
          op: 'Shape',
          domain: '',
          inputs: [name],
          outputs: [shapeOf(index)],
          attributes: new Map(),
          modulePath: [],
        })),
      ],
      outputs: tensors.map((_, index) => ({ name: shapeOf(index), dataType: DataType.INT64, shape: null })),
    },
    file,
    { graphOptimizationLevel: 'basic' },
  );
  try {
    const feeds = Object.fromEntries(graph.inputs.map((info) => [info.name, zeros(info)]));
    const results = await session.run(feeds);
    return new Map(
      tensors.map((name, index) => {
        const data = results[shapeOf(index)]?.data;
        return [name, data instanceof BigInt64Array ? Array.from(data, Number) : []];
      }),
    );
  } finally {
    await session.dispose();
  }
}

function zeros({ shape }: ValueInfo): ort.Tensor {
  const dims = shape?.map((size) => (typeof size === 'number' ? size : 1)) ?? [];
  return new ort.Tensor('float32', new Float32Array(elementCount(dims)), dims);
}
