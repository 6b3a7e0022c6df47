import { tmpdir } from 'node:os';
import * as ort from 'onnxruntime-node';

import type { Attributes } from '../../../src/engine/onnx/builder.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, elementCount, floatTensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { findShapes } from '../../../src/engine/prepare/shapes.js';
import { OPSET } from '../../../src/engine/prepare/upgrade.js';
import { analyse, type Analysis } from '../../../src/engine/rules/analysis.js';
import { createSession } from '../../../src/engine/runtime/session.js';

/** A float array with its shape. */
export interface Values {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes = {},
): Node {
  const entries = new Map(Object.entries(attributes));
  return {
    name: `node of ${outputs.join()}`,
    op,
    domain: '',
    inputs,
    outputs,
    attributes: entries,
    modulePath: [],
  };
}

/** A graph from `x` to its last node's outputs. */
export function graphOf(
  dims: readonly number[],
  nodes: readonly Node[],
  constants: Readonly<Record<string, Tensor>> = {},
  opset: number = OPSET,
): Graph {
  const outputs = nodes.at(-1)?.outputs ?? [];
  return {
    irVersion: 8,
    opsets: new Map([['', opset]]),
    producer: 'test',
    metadata: new Map(),
    functions: [],
    nodes,
    initializers: new Map(Object.entries(constants)),
    inputs: [{ name: 'x', dataType: DataType.FLOAT, shape: dims }],
    outputs: outputs.map((name) => ({ name, dataType: DataType.FLOAT, shape: null })),
    valueInfo: new Map(),
  };
}

export function values(dims: readonly number[], data: ArrayLike<number>): Values {
  return { dims, data: Array.from(data) };
}

export function constant({ dims, data }: Values): Tensor {
  return floatTensor(data, dims);
}

function tensors(feeds: Readonly<Record<string, Values>>): Record<string, ort.Tensor> {
  const made: Record<string, ort.Tensor> = {};
  for (const [name, { dims, data }] of Object.entries(feeds))
    made[name] = new ort.Tensor('float32', Float32Array.from(data), dims);
  return made;
}

/** Runs a graph once. */
export async function run(
  graph: Graph,
  feeds: Readonly<Record<string, Values>>,
): Promise<ReadonlyMap<string, Values>> {
  const session = await createSession(graph, 'test graph', { graphOptimizationLevel: 'disabled' });
  try {
    const results = await session.run(tensors(feeds));
    return new Map(
      Object.entries(results).map(([name, { dims, data }]) => {
        if (!(data instanceof Float32Array)) throw new TypeError(`${name} is no float tensor`);
        return [name, values(dims, data)];
      }),
    );
  } finally {
    await session.dispose();
  }
}

/** A graph's analysis, with its shapes found by running it. */
export async function analysed(graph: Graph): Promise<Analysis> {
  return analyse(graph, 'x', await findShapes(graph, 'test graph', tmpdir()));
}

/** A function of arrays, evaluated on many inputs in one session. */
export async function evaluate(
  graph: Graph,
  inputs: readonly Readonly<Record<string, Values>>[],
  output: string,
): Promise<readonly (readonly number[])[]> {
  const session = await createSession(graph, 'test graph', { graphOptimizationLevel: 'disabled' });
  try {
    const all: (readonly number[])[] = [];
    for (const feeds of inputs) {
      const data = (await session.run(tensors(feeds)))[output]?.data;
      if (!(data instanceof Float32Array)) throw new TypeError(`${output} is no float tensor`);
      all.push(Array.from(data));
    }
    return all;
  } finally {
    await session.dispose();
  }
}

/** Numbers without pattern, the same for the same seed, uniform in [low, high). */
export function numbers(dims: readonly number[], seed: number, low = -1, high = 1): Values {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const next = (): number => {
    // Mulberry32's step: good enough for test data.
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return { dims, data: Array.from({ length: elementCount(dims) }, () => low + (high - low) * next()) };
}
