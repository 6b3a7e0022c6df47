import path from 'node:path';

import { EngineClient } from '../../src/extension/client/engineClient.js';
import { writeLargeModel } from '../unit/engine/largeModel.js';
import type { EngineProgram } from '../unit/engine/engineProgram.js';

export interface Turns {
  readonly answered: number;
  readonly starts: number;
  /** The longest time without a message about a request under way, in seconds. */
  readonly silence: number;
}

/** Two callers ask in turn for two models for which there is not room beside each other. */
export async function takeTurns(program: EngineProgram, rounds: number): Promise<Turns> {
  const silent = (): void => undefined;
  let starts = 0;
  const engine = new EngineClient({
    launch: () => {
      starts++;
      return program.fork();
    },
    log: { info: silent, warn: silent },
  });
  const models = [1, 2].map((seed) => {
    const model = path.join(program.folder, `large${seed}.onnx`);
    writeLargeModel(model, seed);
    return model;
  });
  let silence = 0;
  let answered = 0;
  let heardAt = performance.now();
  const heard = (): void => {
    silence = Math.max(silence, (performance.now() - heardAt) / 1000);
    heardAt = performance.now();
  };
  const caller = async (model: string): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      await engine.open({ model, settings: {} }, { signal: new AbortController().signal, progress: heard });
      heard();
      answered++;
    }
  };
  try {
    await Promise.all(models.map(caller));
  } finally {
    engine.dispose();
  }
  return { answered, starts, silence };
}
