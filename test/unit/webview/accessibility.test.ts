import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ensureChromium } from '../../bed/install.js';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../../..');
const HARNESS = path.join(ROOT, 'test/panel-harness');
const TSX = path.join(ROOT, 'node_modules/tsx/dist/cli.mjs');
/** A browser goes through some seventy states. */
const PATIENCE = 1_200_000;

const Violations = v.array(v.object({ state: v.string(), theme: v.string(), text: v.string() }));

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-pages-'));
beforeAll(() => run(process.execPath, [TSX, path.join(HARNESS, 'timelineData.mts'), folder]), PATIENCE);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each(['panel', 'timeline'])(
  'axe-core finds nothing wrong with the %s in any of its states and themes',
  async (page) => {
    const { stdout } = await run(process.execPath, [path.join(HARNESS, 'accessibility.mjs'), folder, page], {
      env: { ...process.env, CHROMIUM: ensureChromium() },
      maxBuffer: 1 << 26,
    });
    expect(v.parse(Violations, JSON.parse(stdout))).toEqual([]);
  },
  PATIENCE,
);
