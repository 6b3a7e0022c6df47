import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { EngineClient } from '../../../../src/extension/client/engineClient.js';
import { forkEngine } from '../../../../src/extension/client/forkEngine.js';
import { findNode, runsEngine } from '../../../../src/extension/client/node.js';
import { nodeRemedy } from '../../../../src/extension/client/nodeRemedy.js';
import type { NodeRemedyOptions } from '../../../../src/extension/client/nodeRemedy.js';
import { call } from '../../engine/calls.js';

const PROGRAM = join(import.meta.dirname, 'fakeEngine.mjs');
const folder = mkdtempSync(join(tmpdir(), 'relevance-cam-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('an engine that dies in Electron', () => {
  let engine: EngineClient;
  let chosen: string | null;
  const offer = vi.fn<NodeRemedyOptions['offer']>();
  const silent = (): void => undefined;

  beforeEach(() => {
    chosen = null;
    offer.mockReset();
    offer.mockResolvedValue(true);
    engine = new EngineClient({
      launch: () => forkEngine(PROGRAM, 'the cache', { node: chosen }),
      log: { info: silent, warn: silent },
    });
  });
  afterEach(() => {
    engine.dispose();
  });

  const ask = (model: string): Promise<unknown> => engine.open({ model, settings: {} }, call());

  /** What has been done about the deaths so far. */
  function remedied(options: Partial<NodeRemedyOptions> = {}): Promise<void>[] {
    const remedy = nodeRemedy({
      isElectron: true,
      folders: [join(folder, 'missing'), dirname(process.execPath)].join(delimiter),
      isChosen: () => chosen !== null,
      offer,
      choose: (node) => {
        chosen = node;
        engine.restart();
        return Promise.resolve();
      },
      ...options,
    });
    const done: Promise<void>[] = [];
    engine.onEvent((event) => done.push(remedy(event)));
    return done;
  }

  it('runs with the Node on the PATH, where the user wants that', async () => {
    const done = remedied();
    await expect(ask('dieInElectron')).rejects.toMatchObject({ name: 'EngineDied' });
    await Promise.all(done);
    expect(offer.mock.calls).toEqual([[process.execPath]]);
    expect(await ask('dieInElectron')).toHaveProperty('pid');
    expect(await ask('environment')).toEqual({ electron: null, program: process.execPath });
  });

  it('is told of once', async () => {
    offer.mockResolvedValue(false);
    const done = remedied();
    await expect(ask('dieInElectron')).rejects.toMatchObject({ name: 'EngineDied' });
    await expect(ask('dieInElectron')).rejects.toMatchObject({ name: 'EngineDied' });
    await Promise.all(done);
    expect(offer).toHaveBeenCalledOnce();
    expect(chosen).toBeNull();
  });

  it('is told of where there is no Node, too', async () => {
    const done = remedied({ folders: folder });
    await expect(ask('dieInElectron')).rejects.toMatchObject({ name: 'EngineDied' });
    await Promise.all(done);
    expect(offer.mock.calls).toEqual([[null]]);
    expect(chosen).toBeNull();
  });

  it.each([
    ['the editor’s program is Node already', { isElectron: false }],
    ['a Node is chosen already', { isChosen: () => true }],
  ])('is not told of where %s', async (_, options) => {
    const done = remedied(options);
    await expect(ask('die')).rejects.toMatchObject({ name: 'EngineDied' });
    await Promise.all(done);
    expect(offer).not.toHaveBeenCalled();
  });
});

describe('a Node for the engine', () => {
  it('is one that says so', async () => {
    expect(await runsEngine(process.execPath)).toBe(true);
    expect(await runsEngine(join(folder, 'missing'))).toBe(false);
    expect(await runsEngine(PROGRAM)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('is at least version 20, and first on the PATH', async () => {
    const programOf = (version: string): string => {
      const bin = join(folder, version);
      mkdirSync(bin);
      writeFileSync(join(bin, 'node'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
      return bin;
    };
    const [old, fit, later] = [programOf('v18.20.4'), programOf('v20.0.0'), programOf('v22.1.0')];
    expect(await findNode([old, 'relative', fit, later].join(delimiter))).toBe(join(fit, 'node'));
    expect(await findNode(old)).toBeNull();
  });
});
