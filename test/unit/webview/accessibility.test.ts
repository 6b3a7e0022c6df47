import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import * as v from 'valibot';
import { afterAll, expect, test } from 'vitest';

import { ensureChromium } from '../../bed/install.js';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../../..');
const HARNESS = path.join(ROOT, 'test/panel-harness');
const PATIENCE = 600_000;

/** Each takes seconds; without names the program goes through every state, which takes minutes. */
const STATES = ['wide-dark', 'class-picker', 'narrow', 'compare-two'];

const Violations = v.array(v.object({ state: v.string(), theme: v.string(), text: v.string() }));

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-pages-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test(
  'axe-core finds nothing wrong with the panel, wide, narrow, with a picker open and with two models, each in two themes',
  async () => {
    const args = [path.join(HARNESS, 'accessibility.mjs'), folder, 'panel', ...STATES];
    const { stdout } = await run(process.execPath, args, {
      env: { ...process.env, CHROMIUM: ensureChromium() },
      maxBuffer: 1 << 26,
    });
    expect(v.parse(Violations, JSON.parse(stdout))).toEqual([]);
  },
  PATIENCE,
);
