import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { EngineError } from '../../../src/engine/failure.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import { parseModel } from '../../../src/engine/onnx/read.js';
import { elementCount } from '../../../src/engine/onnx/tensor.js';
import { EngineError as RefusedByEngine } from '../../../src/extension/client/engineError.js';
import { call } from './calls.js';
import { mutant } from './fuzz/mutant.js';
import { EngineProgram } from './engineProgram.js';
import { RunningEngine } from './realEngine.js';

/** How many files are only read, and how many are opened and explained, each with another seed. */
const READ = 3000;
const OPENED = 1200;
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** After this time a file counts as one that hangs the engine, on a busy machine too. */
const DEADLINE_MS = 180_000;
/** Models stay open; a process takes this many. */
const PER_PROCESS = 200;
const MAX_MEMORY_MB = 1536;
/** A model of a larger input is only opened. */
const MAX_INPUT = 10 ** 6;

describe('a damaged or mistaken file', () => {
  test('is read, or refused in words', { timeout: 120_000 }, () => {
    let refused = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + READ; seed++) {
      const { what, bytes } = mutant(seed);
      try {
        parseModel(bytes, 'mutant.onnx');
      } catch (error) {
        expect(error, what).toBeInstanceOf(EngineError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(READ / 4);
    expect(refused).toBeLessThan(READ);
  });

  describe('in a process of its own', () => {
    let program: EngineProgram;
    let running: RunningEngine;

    beforeAll(async () => {
      program = await EngineProgram.build();
      running = new RunningEngine(program);
    });
    afterAll(() => {
      running.kill();
      program.remove();
    });

    const restart = (): void => {
      running.kill();
      running = new RunningEngine(program);
    };

    /** How the engine takes a file: what it did with it, or the code under which it refused. */
    async function outcome(model: string): Promise<string> {
      const timer = setTimeout(() => {
        running.kill();
      }, DEADLINE_MS);
      try {
        const { input } = await running.ask('open', { model, settings: {} }, call());
        const count = elementCount(input.shape);
        if (count > MAX_INPUT) return 'opened';
        const values = Float32Array.from({ length: count }, (_, index) => Math.sin(index));
        const array = path.join(program.folder, 'input.npy');
        writeFileSync(array, formatNpy({ shape: input.shape, values }));
        const source = { kind: 'array', path: array } as const;
        const usual = { settings: {}, method: 'relevance-cam', top: 3, target: null, layers: null } as const;
        await running.ask('explain', { ...usual, model, source }, call());
        return 'explained';
      } catch (error) {
        if (error instanceof RefusedByEngine) return error.failure.code;
        if (!running.takesRequests) restart();
        return `untyped: ${String(error)}`;
      } finally {
        clearTimeout(timer);
      }
    }

    test(
      'is explained, or refused in words; nothing crashes, hangs or grows',
      { timeout: 900_000 },
      async () => {
        const model = path.join(program.folder, 'mutant.onnx');
        const counts = new Map<string, number>();
        const wrong: string[] = [];
        for (let index = 0; index < OPENED; index++) {
          const { what, bytes } = mutant(FIRST_SEED + index);
          writeFileSync(model, bytes);
          const result = await outcome(model);
          counts.set(result, (counts.get(result) ?? 0) + 1);
          if (result.startsWith('untyped')) wrong.push(`${what}: ${result}`);
          if (index % 20 === 0 && (await running.memory()) > MAX_MEMORY_MB)
            wrong.push(`${what}: memory grew`);
          if (index % PER_PROCESS === PER_PROCESS - 1) restart();
        }
        expect(wrong).toEqual([]);
        // The mistakes are of many kinds, and some do no harm.
        expect(counts.get('explained')).toBeGreaterThan(OPENED / 20);
        expect(counts.size).toBeGreaterThan(12);
      },
    );
  });
});
