// Windows does not remove a file that somebody has open, a virus scanner for example.
import type * as Fs from 'node:fs';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { bytesOf, classifier } from './badFiles.js';
import { call } from './calls.js';

const held = vi.hoisted((): string[] => []);
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof Fs>();
  const rmSync = (place: string): void => {
    held.push(place);
    throw Object.assign(new Error(`EBUSY: resource busy or locked, unlink '${place}'`), { code: 'EBUSY' });
  };
  return { ...fs, rmSync };
});

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-test-'));
afterAll(() => rm(folder, { recursive: true }));

test('a model opens and closes although its temporary files are held', async () => {
  const model = path.join(folder, 'm.onnx');
  writeFileSync(model, bytesOf(classifier()));
  const engine = new Engine({ cacheFolder: folder, log: () => undefined });
  expect((await engine.open({ model, settings: {} }, call())).layers).toHaveLength(2);
  await engine.dispose();
  expect(held.map((place) => path.basename(place))).toContainEqual(
    expect.stringMatching(/^optimized-.*\.onnx$/),
  );
});
