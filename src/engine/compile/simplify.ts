import { rmSync } from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';

import type { Graph, Node, ValueInfo } from '../onnx/graph.js';
import { readModel } from '../onnx/read.js';
import { DataType, elementCount, type Tensor } from '../onnx/tensor.js';
import { createSession } from '../runtime/session.js';

/** Constants of this many elements and more are weights; they stay out of the way of constant folding. */
const WEIGHT_ELEMENTS = 1024;

/**
 * Lets ONNX Runtime fold shape arithmetic, drop what does nothing and infer every shape. Weights are handed to it as
 * inputs, so the time it takes does not depend on the size of the model; names of tensors stay.
 * @param graph with inputs of fixed size
 * @param cacheFolder where the runtime may write
 */
export async function simplify(graph: Graph, file: string, cacheFolder: string): Promise<Graph> {
  const weights = new Map([...graph.initializers].filter(([, tensor]) => isWeight(tensor)));
  const small = new Map([...graph.initializers].filter(([name]) => !weights.has(name)));
  const weightInputs = Array.from(weights, ([name, { dataType, dims }]): ValueInfo => ({
    name,
    dataType,
    shape: dims,
  }));
  const simplifiedFile = path.join(cacheFolder, `simplified-${randomUUID()}.onnx`);
  try {
    const session = await createSession(
      {
        ...graph,
        nodes: graph.nodes.map(withoutMetadata),
        initializers: small,
        inputs: [...graph.inputs, ...weightInputs],
      },
      file,
      { graphOptimizationLevel: 'basic', optimizedModelFilePath: simplifiedFile, enableCpuMemArena: false },
    );
    await session.dispose();
    const simplified = readModel(simplifiedFile);
    const used = new Set(simplified.nodes.flatMap(({ inputs }) => inputs));
    return {
      ...simplified,
      producer: graph.producer,
      inputs: simplified.inputs.filter(({ name }) => !weights.has(name)),
      initializers: new Map([...simplified.initializers, ...weights].filter(([name]) => used.has(name))),
    };
  } finally {
    rmSync(simplifiedFile, { force: true });
  }
}

function isWeight({ dataType, dims }: Tensor): boolean {
  return dataType === DataType.FLOAT && elementCount(dims) >= WEIGHT_ELEMENTS;
}

function withoutMetadata(node: Node): Node {
  return { ...node, modulePath: [] };
}
