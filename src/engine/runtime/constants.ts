import { fromBinary } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { removeIfFree } from '../files.js';
import { ModelProtoSchema, type TensorProto } from '../onnx/gen/onnx_pb.js';
import type { Graph, Node, ValueInfo } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { divide, partFor, readBy } from '../onnx/walk.js';
import { createSession, type StoredConstants } from './session.js';

/** A graph of which a part of the constants is stored. */
export interface Divided {
  readonly graph: Graph;
  readonly stored: StoredConstants;
  /** Removes the files. */
  readonly remove: () => void;
}

/** Constants of this size and above are weights. */
const WEIGHT_BYTES = 2 ** 16;

/** With fewer weights than this a session is made at once. */
const FEW_BYTES = 32 * 2 ** 20;

/** So many weights are worked on at a time. */
const PART_BYTES = 32 * 2 ** 20;

/**
 * Has ONNX Runtime compute what depends on weights alone (w⁺, mirrored kernels, folded weights) a few weights at a time,
 * into files. A session holds all constants of its graph while it turns them into its own layouts, both at once; from
 * files it reads them one by one.
 * @param folder where the runtime may write
 * @param told how much is done, 0 to 1, before each part; what it throws ends the work
 * @returns null for a graph with few weights
 */
export async function storeConstants(
  graph: Graph,
  file: string,
  folder: string,
  told: (fraction: number) => void,
): Promise<Divided | null> {
  const weights = [...graph.initializers].filter(([, { bytes }]) => bytes.length >= WEIGHT_BYTES);
  if (weights.reduce((sum, [, { bytes }]) => sum + bytes.length, 0) < FEW_BYTES) return null;
  const { constant, rest } = divide(graph);
  const id = randomUUID();
  const written: string[] = [];
  const remove = (): void => {
    for (const name of written) removeIfFree(path.join(folder, name));
  };
  try {
    const tensors: TensorProto[] = [];
    const parts = partsOf(weights, constant, rest);
    for (const [index, part] of parts.entries()) {
      told(index / parts.length);
      const name = `constants-${id}-${index}`;
      written.push(`${name}.onnx`, `${name}.bin`);
      tensors.push(...(await compute({ ...graph, nodes: constant }, part, file, folder, name)));
    }
    const known = new Set(tensors.map((tensor) => tensor.name));
    // What the runtime does not compute ahead, it computes in the session.
    const open = constant.filter((node) => !node.outputs.some((name) => known.has(name)));
    const left = new Map([...graph.initializers].filter(([name]) => !known.has(name)));
    const part = partFor({ ...graph, nodes: [...open, ...rest], initializers: left }, graph.outputs);
    return { graph: part, stored: { folder, tensors }, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The constants that `rest` reads and that come from weights, those of one weight together, a few weights a part. */
function partsOf(
  weights: Iterable<readonly [string, { readonly bytes: Uint8Array }]>,
  constant: readonly Node[],
  rest: readonly Node[],
): readonly (readonly string[])[] {
  const bytesOf = new Map(Array.from(weights, ([name, { bytes }]) => [name, bytes.length]));
  const origin = new Map(Array.from(bytesOf.keys(), (name) => [name, name]));
  for (const node of constant) {
    const from = node.inputs.map((name) => origin.get(name)).find((name) => name !== undefined);
    if (from !== undefined) for (const name of node.outputs) origin.set(name, from);
  }
  const read = new Set(rest.flatMap(readBy));
  const parts: string[][] = [];
  let room = 0;
  for (const [weight, bytes] of bytesOf) {
    const wanted = [...origin].flatMap(([name, from]) => (from === weight && read.has(name) ? [name] : []));
    if (wanted.length === 0) continue;
    if (room < bytes) {
      parts.push([]);
      room = PART_BYTES;
    }
    parts.at(-1)?.push(...wanted);
    room -= bytes;
  }
  return parts;
}

/** Computes constants and leaves them in the file `name`.bin. */
async function compute(
  graph: Graph,
  wanted: readonly string[],
  file: string,
  folder: string,
  name: string,
): Promise<readonly TensorProto[]> {
  const outputs = wanted.map((tensor): ValueInfo => ({
    name: tensor,
    dataType: DataType.UNDEFINED,
    shape: null,
  }));
  const written = path.join(folder, `${name}.onnx`);
  const session = await createSession({ ...partFor(graph, outputs), inputs: [] }, file, {
    graphOptimizationLevel: 'basic',
    optimizedModelFilePath: written,
    enableCpuMemArena: false,
    config: {
      disable_prepacking: '1',
      optimized_model_external_initializers_file_name: `${name}.bin`,
      optimized_model_external_initializers_min_size_in_bytes: '1024',
    },
  });
  await session.dispose();
  return fromBinary(ModelProtoSchema, readFileSync(written)).graph?.initializer ?? [];
}
