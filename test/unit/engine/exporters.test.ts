// One model through both PyTorch exporters has one tree of modules. What is compared is modules: which of them compute a
// feature map, in which order, and the size of the last one in each. The tensors inside may differ: an exporter spells
// GELU as one operator or as five, and a view may be a tensor or not.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import type { ModelInfo } from '../../../src/protocol/model.js';
import { call } from './calls.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/conformance');
const EXPORTERS = ['torchscript', 'dynamo'];

/** Modules that compute again what another one does of the same tensor: the newer exporter keeps the other one alone. */
const TWINS: Readonly<Record<string, readonly string[]>> = {
  dla34: ['level3/tree1/downsample', 'level4/tree1/downsample'],
};

const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-exporters-'));
const engine = new Engine({ cacheFolder, log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(cacheFolder, { recursive: true });
});

/** Channels, height and width of the last feature map of every module, by the module's path. */
function modulesOf({ layers }: ModelInfo): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  for (const layer of layers) {
    const parts = layer.path.split('/');
    for (let depth = 1; depth < parts.length; depth++)
      modules.set(parts.slice(0, depth).join('/'), [layer.channels, layer.height, layer.width].join(' × '));
  }
  return modules;
}

const files = new Set(readdirSync(FOLDER));
const names = [...files]
  .filter((file) => file.endsWith('.json'))
  .map((file) => path.basename(file, '.json'))
  .filter((name) => EXPORTERS.every((exporter) => files.has(`${name}.${exporter}.onnx`)));

test('there are models from both exporters', () => {
  expect(names.length).toBeGreaterThanOrEqual(40);
});

describe('one tree of modules', () => {
  test.each(names)('%s', async (name) => {
    const [older, newer] = await Promise.all(
      EXPORTERS.map(async (exporter) =>
        modulesOf(
          await engine.open({ model: path.join(FOLDER, `${name}.${exporter}.onnx`), settings: {} }, call()),
        ),
      ),
    );
    const twins = TWINS[name] ?? [];
    const expected = [...(older ?? [])].filter(([module]) => !twins.includes(module));
    expect(expected.length).toBeGreaterThan(0);
    expect([...(newer ?? [])]).toEqual(expected);
    expect([...(older ?? [])].length - expected.length).toBe(twins.length);
  });
});
