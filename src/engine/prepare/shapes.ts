import * as ort from 'onnxruntime-node';

import type { Graph, Shapes, ValueInfo } from '../onnx/graph.js';
import { plainNode } from '../onnx/make.js';
import { DataType, elementCount, integerValues } from '../onnx/tensor.js';
import { optimize } from '../runtime/optimize.js';
import { createSession, type Feeds } from '../runtime/session.js';
import { checkConstants } from './shapeChecks.js';
import { weightsAsInputs } from './simplify.js';

/**
 * The shape of every tensor. ONNX Runtime infers them: a Shape operator behind every tensor becomes a constant. What it
 * cannot infer is found by running the model on two pictures; a shape that differs between them is left out.
 * @param graph with inputs of fixed size
 * @param cacheFolder where the runtime may write
 * @throws hugeConstants, refusedNode, runtimeRefused…, outOfMemory
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
  checkConstants(graph, shapes, file);
  const unknown = tensors.filter((name) => !shapes.has(name));
  if (unknown.length === 0) return shapes;
  const [dark, bright] = await trace(graph, unknown, file);
  for (const name of unknown) {
    const shape = dark?.get(name);
    if (shape !== undefined && shape.join() === bright?.get(name)?.join()) shapes.set(name, shape);
  }
  return shapes;
}

/**
 * Runs a model once.
 * @throws refusedNode, runtimeRefused, outOfMemory where ONNX Runtime cannot run it
 */
export async function tryRun(graph: Graph, file: string): Promise<void> {
  const session = await createSession(graph, file, { graphOptimizationLevel: 'disabled' });
  try {
    await session.run(feedsOf(graph, () => 0));
  } finally {
    await session.dispose();
  }
}

function withShapeOutputs(graph: Graph, tensors: readonly string[]): Graph {
  const asked = tensors.map((name, index) => plainNode('Shape', [name], shapeOutput(index)));
  const outputs = asked.map(({ name }): ValueInfo => ({ name, dataType: DataType.INT64, shape: null }));
  return { ...graph, nodes: [...graph.nodes, ...asked], outputs };
}

function shapeOutput(index: number): string {
  return `relevance-cam/shape-${index}`;
}

/** The shapes of these tensors for a black picture and for one of all values. */
async function trace(graph: Graph, tensors: readonly string[], file: string): Promise<readonly Shapes[]> {
  const session = await createSession(withShapeOutputs(graph, tensors), file, {
    graphOptimizationLevel: 'basic',
  });
  try {
    const found: Shapes[] = [];
    for (const picture of [() => 0, (index: number) => index % 256]) {
      const results = await session.run(feedsOf(graph, picture));
      found.push(
        new Map(
          tensors.map((name, index) => {
            const data = results[shapeOutput(index)]?.data;
            return [name, data instanceof BigInt64Array ? Array.from(data, Number) : []];
          }),
        ),
      );
    }
    return found;
  } finally {
    await session.dispose();
  }
}

function feedsOf(graph: Graph, picture: (index: number) => number): Feeds {
  return Object.fromEntries(graph.inputs.map((info) => [info.name, filled(info, picture)]));
}

function filled({ dataType, shape }: ValueInfo, value: (index: number) => number): ort.Tensor {
  const dims = shape?.map(Number) ?? [];
  const values = Float32Array.from({ length: elementCount(dims) }, (_, index) => value(index));
  return dataType === DataType.UINT8
    ? new ort.Tensor('uint8', Uint8Array.from(values), dims)
    : new ort.Tensor('float32', values, dims);
}
