import { totalmem } from 'node:os';
import * as ort from 'onnxruntime-node';

import { reachedFrom } from '../compile/analysis.js';
import { weightsAsInputs } from '../compile/simplify.js';
import { fail } from '../failure.js';
import type { Graph, Node, ValueInfo } from '../onnx/graph.js';
import { DataType, elementCount, integerValues } from '../onnx/tensor.js';
import { optimize } from '../runtime/optimize.js';
import { createSession, type Feeds } from '../runtime/session.js';

export type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * The shape of every tensor. ONNX Runtime infers them: a Shape operator behind every tensor becomes a constant. What it
 * cannot infer is found by running the model on two pictures, of which every tensor must have the same shape.
 * @param graph with inputs of fixed size
 * @param cacheFolder where the runtime may write
 * @throws impossibleShape, varyingShape, outOfMemory, runtimeRefused…
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
  checkSizes(graph, shapes, file);
  const unknown = tensors.filter((name) => !shapes.has(name));
  if (unknown.length === 0) return shapes;
  const [dark, bright] = await trace(graph, unknown, file);
  const varying = unknown.find((name) => dark?.get(name)?.join() !== bright?.get(name)?.join());
  if (varying !== undefined) throw fail('varyingShape', { file, tensor: varying });
  const all = new Map([...shapes, ...(dark ?? [])]);
  checkSizes(graph, all, file);
  return all;
}

/** What the image becomes must have a size, and find room in memory: explaining keeps all of it. */
function checkSizes(graph: Graph, shapes: Shapes, file: string): void {
  let bytes = 0;
  for (const { name: image } of graph.inputs)
    for (const tensor of reachedFrom(graph, image)) {
      const shape = shapes.get(tensor) ?? [];
      if (shape.some((size) => size < 1))
        throw fail('impossibleShape', { file, tensor, shape: shape.join(' × ') });
      bytes += 4 * elementCount(shape);
    }
  if (bytes > totalmem()) throw fail('outOfMemory', { file });
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
