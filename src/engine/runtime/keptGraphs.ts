import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { arch, cpus } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';

import { removeIfFree } from '../files.js';
import type { Graph } from '../onnx/graph.js';
import { writeModel } from '../onnx/write.js';
import { DISABLED_OPTIMISERS, type Options, type Session, sessionOfFile } from './session.js';

/** How much is kept. */
const KEPT_BYTES = 2 ** 30;

/** With the weights in every layout that its kernels read a graph takes up to about so many times their size. */
const GROWTH = 4;

/** The names of the files of a graph, in a folder of its own. */
const [GRAPH, WEIGHTS] = ['graph.onnx', 'weights.bin'];

/** Constants of this size and above lie beside the graph, where a session reads them in place. */
const BESIDE_BYTES = 1024;

/**
 * Graphs as ONNX Runtime optimised them, with all weights in the layouts of its kernels, kept in a folder for processes to
 * come: a session of such a graph is made in a part of the time and computes the same, bit for bit. A graph is known by its
 * content, by the runtime, its optimisers and the processor, whose layouts are its own.
 */
export class KeptGraphs {
  readonly #folder: string;
  readonly #bytes: number;

  /** @param parent where the folder is to lie; others may have theirs there */
  constructor(parent: string, bytes = KEPT_BYTES) {
    this.#folder = path.join(parent, `relevance-cam-graphs-${process.getuid?.() ?? ''}`);
    this.#bytes = bytes;
  }

  /**
   * A session for a graph: of what is kept, or made, and then kept for the next time. What cannot be read is made anew, and
   * what cannot be kept is made anew the next time.
   * @param file names the model in errors
   * @param options of the session, however it is made
   * @param scratch where the runtime may write; on the same disk as the folder
   * @throws what `make` throws
   */
  async session(
    graph: Graph,
    {
      file,
      options,
      scratch,
    }: { readonly file: string; readonly options: Options; readonly scratch: string },
    make: (options: Options) => Promise<Session>,
  ): Promise<Session> {
    const weights = [...graph.initializers.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (GROWTH * weights > this.#bytes) return make(options);
    const kept = path.join(this.#folder, keyOf(graph));
    const known = await read(kept, file, options);
    if (known !== null) return known;
    const written = path.join(scratch, `kept-${randomUUID()}`);
    try {
      mkdirSync(written);
      const session = await make({
        ...options,
        optimizedModelFilePath: path.join(written, GRAPH),
        config: {
          ...options.config,
          optimized_model_external_initializers_file_name: WEIGHTS,
          optimized_model_external_initializers_min_size_in_bytes: String(BESIDE_BYTES),
        },
      });
      // Nobody waits for the disk.
      void this.#keep(written, kept);
      return session;
    } catch {
      removeIfFree(written);
      return make(options);
    }
  }

  async #keep(written: string, kept: string): Promise<void> {
    try {
      // Whole, or not there: also where the power fails.
      for (const name of readdirSync(written)) await flush(path.join(written, name));
      mkdirSync(this.#folder, { recursive: true });
      // Windows leaves of a removed one what somebody had open.
      if (lastUse(kept) === 0) removeIfFree(kept);
      await rename(written, kept);
      this.#forgetOldest();
    } catch {
      removeIfFree(written);
    }
  }

  /** Removes what was used longest ago. */
  #forgetOldest(): void {
    const folders = readdirSync(this.#folder).map((name) => path.join(this.#folder, name));
    const byUse = folders.map((folder) => ({ folder, used: lastUse(folder), bytes: bytesIn(folder) }));
    let total = 0;
    for (const { folder, bytes } of byUse.sort((a, b) => b.used - a.used)) {
      total += bytes;
      if (total > this.#bytes) removeIfFree(folder);
    }
  }
}

/** A session of a graph that is kept; null where there is none. */
async function read(kept: string, file: string, options: Options): Promise<Session | null> {
  const graph = path.join(kept, GRAPH);
  if (statSync(graph, { throwIfNoEntry: false }) === undefined) return null;
  try {
    const session = await sessionOfFile(graph, file, options);
    const now = new Date();
    utimesSync(graph, now, now);
    return session;
  } catch {
    removeIfFree(kept);
    return null;
  }
}

function keyOf(graph: Graph): string {
  const { bytes, externalData } = writeModel(graph);
  const means = [ort.env.versions.node, DISABLED_OPTIMISERS, processor()];
  const hash = createHash('sha256').update(JSON.stringify(means));
  for (const data of [bytes, ...externalData.map((each) => each.data)]) hash.update(data);
  return hash.digest('hex');
}

/** What the layouts of weights are chosen by: clouds give the same name to processors of different abilities. */
function processor(): readonly unknown[] {
  const [flags = null] = /^(?:flags|Features)\s*:.*$/m.exec(textOf('/proc/cpuinfo')) ?? [];
  return [process.platform, arch(), cpus()[0]?.model, flags];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function lastUse(folder: string): number {
  return statSync(path.join(folder, GRAPH), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function bytesIn(folder: string): number {
  const sizeOf = (name: string): number =>
    statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  return sizeOf(GRAPH) + sizeOf(WEIGHTS);
}
