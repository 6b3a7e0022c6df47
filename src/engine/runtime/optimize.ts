import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { removeIfFree } from '../files.js';
import type { Graph } from '../onnx/graph.js';
import { parseModel } from '../onnx/read.js';
import { divide } from '../onnx/walk.js';
import { createSession, type Options } from './session.js';
import { disguise } from './standIns.js';

/** What nodes compute from constants may take this much together: a file of a few bytes can ask for terabytes. */
const FOLDED_BYTES = 2 ** 30;

/**
 * The graph as ONNX Runtime writes it after its basic optimisations: plain ONNX operators, constants folded. A node
 * whose constant is too large to be folded stays, and so does an operator that has a rule but no kernel.
 * @param cacheFolder where the runtime may write
 * @throws runtimeRefused, outOfMemory
 */
export async function optimize(graph: Graph, file: string, cacheFolder: string): Promise<Graph> {
  const written = path.join(cacheFolder, `optimized-${randomUUID()}.onnx`);
  const options: Options = {
    graphOptimizationLevel: 'basic',
    optimizedModelFilePath: written,
    enableCpuMemArena: false,
    foldedBytes: Math.floor(FOLDED_BYTES / Math.max(1, divide(graph).constant.length)),
  };
  const { graph: disguised, restore } = disguise(graph);
  try {
    const session = await createSession(disguised, file, options).catch((error: unknown) => {
      if (disguised === graph) throw error;
      // What is wrong with the graph is to be said of its own operators.
      return createSession(graph, file, options);
    });
    await session.dispose();
    return restore(parseModel(readFileSync(written), written));
  } finally {
    removeIfFree(written);
  }
}
