import * as ort from 'onnxruntime-node';

import { weightsAsInputs } from '../compile/simplify.js';
import type { Graph, Node, ValueInfo } from '../onnx/graph.js';
import { DataType, elementCount, integerValues } from '../onnx/tensor.js';
import { optimize } from '../runtime/optimize.js';
import { createSession } from '../runtime/session.js';

export type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * The shape of every tensor. ONNX Runtime infers them: a Shape operator behind every tensor becomes a constant. What it
 * cannot infer is found by running the model once.
 * @param graph with inputs of fixed size
 * @param cacheFolder where the runtime may write
 */
export async function findShapes(graph: Graph, file: string, cacheFolder: string): Promise<Shapes> {
  const tensors = graph.nodes.flatMap(({ outputs }) => outputs.filter(Boolean));
  const inferred = await optimize(weightsAsInputs(withShapeOutputs(graph, tensors)), file, cacheFolder);
  const shapes = new Map<string, readonly number[]>();
  for (const { name, shape } of graph.inputs) shapes.set(name, shape?.map(Number) ?? []);
  tensors.forEach((name, index) => {
    const constant = inferred.initializers.get(shapeOutput(index));
    const values = constant === undefined ? null : integerValues(constant);
    if (values !== null) shapes.set(name, values);
  });
  const unknown = tensors.filter((name) => !shapes.has(name));
  return unknown.length === 0 ? shapes : new Map([...shapes, ...(await trace(graph, unknown, file))]);
}

function withShapeOutputs(graph: Graph, tensors: readonly string[]): Graph {
  const asked = tensors.map((name, index): Node => ({
    name: shapeOutput(index),
    op: 'Shape',
    domain: '',
    inputs: [name],
    outputs: [shapeOutput(index)],
    attributes: new Map(),
    modulePath: [],
  }));
  const outputs = asked.map(({ name }): ValueInfo => ({ name, dataType: DataType.INT64, shape: null }));
  return { ...graph, nodes: [...graph.nodes, ...asked], outputs };
}

function shapeOutput(index: number): string {
  return `relevance-cam/shape-${index}`;
}

async function trace(graph: Graph, tensors: readonly string[], file: string): Promise<Shapes> {
  const session = await createSession(withShapeOutputs(graph, tensors), file, {
    graphOptimizationLevel: 'basic',
  });
  try {
    const feeds = Object.fromEntries(
      graph.inputs.map((info): [string, ort.Tensor] => [info.name, zeros(info)]),
    );
    const results = await session.run(feeds);
    return new Map(
      tensors.map((name, index) => {
        const data = results[shapeOutput(index)]?.data;
        return [name, data instanceof BigInt64Array ? Array.from(data, Number) : []];
      }),
    );
  } finally {
    await session.dispose();
  }
}

function zeros({ dataType, shape }: ValueInfo): ort.Tensor {
  const dims = shape?.map(Number) ?? [];
  const count = elementCount(dims);
  return dataType === DataType.UINT8
    ? new ort.Tensor('uint8', new Uint8Array(count), dims)
    : new ort.Tensor('float32', new Float32Array(count), dims);
}
