import type { EngineEvent } from './engineClient.js';
import { findNode } from './node.js';

export interface NodeRemedyOptions {
  /** Whether the editor's own program is Electron, whose allocator is known to end ONNX Runtime. */
  readonly isElectron: boolean;
  /** The `PATH` to look for a Node on. */
  readonly folders: string;
  /** Whether the engine already runs with a Node that the user has named. */
  isChosen(): boolean;
  /** Tells the user, and asks where there is a Node; true where it shall be used. */
  offer(node: string | null): Promise<boolean>;
  /** Keeps the choice, and runs the engine with it. */
  choose(node: string): Promise<void>;
}

/**
 * What to do when the engine keeps dying in a desktop editor: run it with the Node on the PATH instead of Electron. The
 * user is told once.
 */
export function nodeRemedy(options: NodeRemedyOptions): (event: EngineEvent) => Promise<void> {
  let told = false;
  return async (event) => {
    if (event !== 'gaveUp' || !options.isElectron || options.isChosen() || told) return;
    told = true;
    const node = await findNode(options.folders);
    if ((await options.offer(node)) && node !== null) await options.choose(node);
  };
}
