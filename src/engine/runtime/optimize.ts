import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';

import type { Graph } from '../onnx/graph.js';
import { readModel } from '../onnx/read.js';
import { createSession } from './session.js';

/**
 * The graph as ONNX Runtime writes it after its basic optimisations: plain ONNX operators, constants folded.
 * @param cacheFolder where the runtime may write
 * @throws runtimeRefused, outOfMemory
 */
export async function optimize(graph: Graph, file: string, cacheFolder: string): Promise<Graph> {
  const written = path.join(cacheFolder, `optimized-${randomUUID()}.onnx`);
  try {
    const session = await createSession(graph, file, {
      graphOptimizationLevel: 'basic',
      optimizedModelFilePath: written,
      enableCpuMemArena: false,
    });
    await session.dispose();
    return readModel(written);
  } finally {
    rmSync(written, { force: true });
  }
}
