import { createHash } from 'node:crypto';

import { EngineError } from '../failure.js';
import type { Graph } from '../onnx/graph.js';
import { writeModel } from '../onnx/write.js';
import { createSession, type Session } from './session.js';
import { weightsAsFeeds } from './weightsAsFeeds.js';

/** A session that takes weights as inputs, with those of one graph. */
export interface SharedSession extends Session {
  /** The same for graphs that are equal but for their weights. */
  readonly structure: string;
}

interface Entry {
  readonly session: Session;
  /** Graphs that use it. */
  users: number;
}

/** Sessions that nobody uses are kept for the next checkpoint: those of the usual method and of the one that is shown. */
const KEPT = 2;

/**
 * Sessions for graphs that are equal but for their weights, as the checkpoints of a training are. Most of the time of opening
 * a model goes into its session, and into the memory of its first run: here both are had once. Weights are inputs, so what
 * depends on them alone is computed in every run, and their convolutions use other kernels than those with constants do:
 * results may differ in the last digits.
 */
export class SharedSessions {
  /** By structure, the one used last at the end. */
  readonly #entries = new Map<string, Entry>();

  /**
   * A session for this graph.
   * @param file names the model in errors
   * @returns null where ONNX Runtime takes the graph with constants only, if at all
   * @throws outOfMemory
   */
  async get(graph: Graph, file: string): Promise<SharedSession | null> {
    const { open, weights } = weightsAsFeeds(graph);
    const structure = createHash('sha256').update(writeModel(open, Infinity).bytes).digest('hex');
    const entry = this.#entries.get(structure) ?? (await this.#make(open, file));
    if (entry === null) return null;
    entry.users++;
    this.#entries.delete(structure);
    this.#entries.set(structure, entry);
    const { session } = entry;
    return {
      structure,
      outputNames: session.outputNames,
      run: (feeds, fetches) => session.run({ ...weights, ...feeds }, fetches),
      dispose: async () => {
        entry.users--;
        await this.#closeIdle(KEPT);
      },
    };
  }

  /** Closes every session that nobody uses. */
  release(): Promise<void> {
    return this.#closeIdle(0);
  }

  async #make(open: Graph, file: string): Promise<Entry | null> {
    await this.#closeIdle(KEPT - 1);
    try {
      return { session: await createSession(open, file), users: 0 };
    } catch (error) {
      if (error instanceof EngineError && error.failure.code !== 'outOfMemory') return null;
      throw error;
    }
  }

  async #closeIdle(kept: number): Promise<void> {
    const idle = [...this.#entries].filter(([, { users }]) => users === 0);
    for (const [structure, { session }] of idle.slice(0, Math.max(0, idle.length - kept))) {
      this.#entries.delete(structure);
      await session.dispose();
    }
  }
}
