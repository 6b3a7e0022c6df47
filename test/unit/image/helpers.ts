import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { EngineError } from '../../../src/engine/failure.js';
import type { EngineFailure } from '../../../src/protocol/errors.js';

/** A folder of the test file's own, gone after its tests. */
export function temporaryFolder(): {
  path(name: string): string;
  write(name: string, content: string | Uint8Array): Promise<string>;
} {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relevance-cam-test-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });
  const path = (name: string): string => join(folder, name);
  return {
    path,
    async write(name, content) {
      await writeFile(path(name), content);
      return path(name);
    },
  };
}

/** The failure that a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<EngineFailure> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  if (!(error instanceof EngineError)) throw new Error('unreachable');
  return error.failure;
}
