import { randomUUID } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

import { reasonOf } from '../../protocol/reasons.js';
import { fail } from '../failure.js';
import { removeIfFree } from '../files.js';
import type { TensorProto } from '../onnx/gen/onnx_pb.js';
import type { Graph, Node, ValueInfo } from '../onnx/graph.js';
import { DataType, type Tensor } from '../onnx/tensor.js';
import { divide, partFor, readBy } from '../onnx/walk.js';
import { referTo } from '../onnx/write.js';
import { createSession, type StoredConstants } from './session.js';
import { weightsAsFeeds } from './weightsAsFeeds.js';

/** A graph of which a part of the constants is stored. */
export interface Divided {
  readonly graph: Graph;
  readonly stored: StoredConstants;
  /** Removes the file. */
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
 * into a file. A session holds all constants of its graph while it turns them into its own layouts, both at once; from a
 * file it reads them one by one.
 * @param folder where the runtime may write
 * @param told how much is done, 0 to 1, before each part; what it throws ends the work
 * @returns null for a graph with few weights
 * @throws cannotWrite, outOfMemory
 */
export async function storeConstants(
  graph: Graph,
  file: string,
  folder: string,
  told: (fraction: number) => void,
): Promise<Divided | null> {
  if (!hasManyWeights(graph)) return null;
  const weights = weightsOf(graph);
  const { constant, rest } = divide(graph);
  const name = `constants-${randomUUID()}.bin`;
  const remove = (): void => {
    removeIfFree(path.join(folder, name));
  };
  try {
    const tensors: TensorProto[] = [];
    const parts = partsOf(weights, constant, rest);
    const stored = new ConstantsFile(folder, name);
    try {
      for (const [index, part] of parts.entries()) {
        told(index / parts.length);
        for (const [tensor, value] of await compute({ ...graph, nodes: constant }, part, file))
          tensors.push(stored.append(tensor, value));
      }
    } finally {
      stored.close();
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

/** Whether what depends on weights alone is to be stored. */
export function hasManyWeights(graph: Graph): boolean {
  return weightsOf(graph).reduce((sum, [, { bytes }]) => sum + bytes.length, 0) >= FEW_BYTES;
}

function weightsOf({ initializers }: Graph): readonly (readonly [string, Tensor])[] {
  return [...initializers].filter(([, { bytes }]) => bytes.length >= WEIGHT_BYTES);
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

/** Values of constants; those that are no floats are left out. */
async function compute(
  graph: Graph,
  wanted: readonly string[],
  file: string,
): Promise<readonly (readonly [string, Tensor])[]> {
  const given = wanted.flatMap((name) => {
    const tensor = graph.initializers.get(name);
    return tensor === undefined ? [] : [[name, tensor] as const];
  });
  const computed = wanted.filter((name) => !graph.initializers.has(name));
  if (computed.length === 0) return given;
  const outputs = computed.map((name): ValueInfo => ({ name, dataType: DataType.UNDEFINED, shape: null }));
  const { open, weights } = weightsAsFeeds({ ...partFor(graph, outputs), inputs: [] });
  const session = await createSession(open, file, {
    graphOptimizationLevel: 'disabled',
    enableCpuMemArena: false,
  });
  try {
    const results = await session.run(weights);
    const found = Object.entries(results).flatMap(([name, { data, dims }]) =>
      data instanceof Float32Array ? [[name, floats(data, dims)] as const] : [],
    );
    return [...given, ...found];
  } finally {
    await session.dispose();
  }
}

function floats({ buffer, byteOffset, byteLength }: Float32Array, dims: readonly number[]): Tensor {
  return { dataType: DataType.FLOAT, dims, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

/** In a file that is mapped into memory, a constant begins where vectors like it to. */
const ALIGNMENT = 64;

/** A file of constants. */
class ConstantsFile {
  readonly #path: string;
  readonly #descriptor: number;
  #end = 0;

  /** @throws cannotWrite */
  constructor(folder: string, name: string) {
    this.#path = path.join(folder, name);
    this.#descriptor = this.#orFail(() => openSync(this.#path, 'wx'));
  }

  /**
   * Writes a constant to the end.
   * @returns what refers to it
   * @throws cannotWrite
   */
  append(name: string, tensor: Tensor): TensorProto {
    const offset = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    const { bytes } = tensor;
    this.#end = offset + bytes.length;
    this.#orFail(() => {
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, offset + done);
    });
    return referTo(name, tensor, { location: path.basename(this.#path), offset });
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #orFail<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw fail('cannotWrite', { file: this.#path, reason: reasonOf(error) }, error);
    }
  }
}
