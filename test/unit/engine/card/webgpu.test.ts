// ONNX Runtime's provider for graphics cards, in the engine as it is shipped, on a card that is a program.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { EngineClient } from '../../../../src/extension/client/engineClient.js';
import type { CompareRequest } from '../../../../src/protocol/engineApi.js';
import type { DeviceChoice } from '../../../../src/protocol/device.js';
import type { Explanation } from '../../../../src/protocol/explanation.js';
import { call } from '../calls.js';
import { Expected, type ExpectedFile, faultsOf, floats, FOLDER, inputFile } from '../conformanceCase.js';
import { EngineProgram } from '../engineProgram.js';
import { correlation } from '../statistics.js';
import { softwareCard } from './softwareCard.js';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const SAMPLE = path.join(ROOT, 'media/sample/sample.onnx');
const PICTURE = path.join(ROOT, 'media/sample/pictures/bird-cat-cup.png');

/** It takes seconds for what takes a card milliseconds, and on a busy machine minutes. */
const PATIENCE_MS = 10 * 60 * 1000;

const isInstalled = softwareCard('') !== null;
if (!isInstalled) console.info('No SwiftShader beside Chromium: nothing is explained on a graphics card.');

describe.skipIf(!isInstalled)('WebGPU', { timeout: PATIENCE_MS }, () => {
  let program: EngineProgram;
  /** Of the client that uses the card. */
  let processes: number[];
  let cpu: EngineClient;
  let gpu: EngineClient;

  const client = (device: DeviceChoice): EngineClient =>
    new EngineClient({
      launch: () => {
        const child = program.fork({ device });
        if (device === 'gpu' && child.pid !== undefined) processes.push(child.pid);
        return child;
      },
      log: { info: () => undefined, warn: () => undefined },
    });

  beforeAll(async () => {
    program = await EngineProgram.build();
    for (const [name, value] of Object.entries(softwareCard(program.folder) ?? {})) vi.stubEnv(name, value);
    processes = [];
    [cpu, gpu] = [client('cpu'), client('gpu')];
  });
  afterAll(() => {
    cpu.dispose();
    gpu.dispose();
    program.remove();
  });

  const sample: CompareRequest = {
    ...{ model: SAMPLE, settings: {}, source: { kind: 'image', path: PICTURE }, methods: ['relevance-cam'] },
    ...{ targets: [null], layers: null, top: 3, carried: false },
  };

  /** A model of the conformance fixtures, as its first file has it. */
  function fixture(name: string): { readonly request: CompareRequest; readonly expected: ExpectedFile } {
    const { files, input, target } = v.parse(
      Expected,
      JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')),
    );
    const [file] = Object.entries(files);
    if (file === undefined) throw new Error(`${name} has no file`);
    const [exporter, expected] = file;
    const source = { kind: 'array', path: inputFile(input, program.folder) } as const;
    const model = path.join(FOLDER, `${name}.${exporter}.onnx`);
    return { request: { ...sample, model, source, targets: [target] }, expected };
  }

  function expectSame(found: readonly Explanation[], expected: readonly Explanation[]): void {
    expect(found).toHaveLength(expected.length);
    for (const [index, { predictions, target, layers }] of expected.entries()) {
      const other = found[index];
      expect(other?.target.index).toBe(target.index);
      for (const { index: one, logit } of predictions)
        expect(other?.predictions.find((each) => each.index === one)?.logit).toBeCloseTo(logit, 3);
      expect(other?.layers.map(({ tensor }) => tensor)).toEqual(layers.map(({ tensor }) => tensor));
      for (const [place, { tensor, map }] of layers.entries())
        expect(correlation(other?.layers[place]?.map ?? [], map), tensor).toBeGreaterThan(0.9999);
    }
  }

  test('explains every layer of the sample as the processor does', async () => {
    const found = await gpu.compare(sample, call());
    expect(found[0]?.card?.kind).toBe('used');
    expect(found[0]?.layers.length).toBeGreaterThan(30);
    expectSame(found, await cpu.compare(sample, call()));
  });

  test('explains several classes, in the loop over them, as the processor does', async () => {
    const request = { ...fixture('multi_label').request, targets: [0, 1] };
    const found = await gpu.compare(request, call());
    expect(found.map(({ card }) => card?.kind)).toEqual(['used', 'used']);
    expectSame(found, await cpu.compare(request, call()));
  });

  // Of AlexNet's pools it does not compute what the backward pass needs: the processor does within the same run.
  test.each(['alexnet', 'keras_vit', 'mlp_mixer_s8', 'mobilenet_v1', 'one_logit'])(
    '%s is explained as the definition says',
    async (name) => {
      const { request, expected } = fixture(name);
      for (const [engine, used] of [
        [cpu, undefined],
        [gpu, 'used'],
      ] as const) {
        const [explanation] = await engine.compare(request, call());
        expect(explanation?.card?.kind).toBe(used);
        expect(explanation && faultsOf(explanation, expected, floats(`${name}.bin.gz`))).toEqual([]);
      }
    },
  );

  // A convolution of six channels comes out wrong.
  test('a model that it computes otherwise is explained by the processor, which is said', async () => {
    const { request } = fixture('squeezenet1_1');
    const found = await gpu.compare(request, call());
    expect(found[0]?.card).toMatchObject({ kind: 'differs', reason: 'logits' });
    expectSame(found, await cpu.compare(request, call()));
  });

  test('where it ends the process the processor answers, and it is not used again', async () => {
    const request: CompareRequest = { ...sample, methods: ['grad-cam'] };
    const asked = gpu.compare(request, call());
    const before = processes.length;
    const [pid] = processes.slice(-1);
    if (pid === undefined) throw new Error('no process uses the card');
    await endWithinUse(pid, program.cacheFolder);
    const found = await asked;
    expect(found[0]?.card?.kind).toBe('crashed');
    expectSame(found, await cpu.compare(request, call()));
    expect((await gpu.compare(request, call()))[0]?.card?.kind).toBe('crashed');
    expect(processes.length).toBe(before + 1);
  });
});

/** Ends an engine's process while it uses the card, as the card's driver might. */
async function endWithinUse(pid: number, cacheFolder: string): Promise<void> {
  await vi.waitFor(
    () => {
      if (!isInUse(cacheFolder)) throw new Error('not yet');
      process.kill(pid, 'SIGSTOP');
      // It may have been at its end.
      if (isInUse(cacheFolder)) return;
      process.kill(pid, 'SIGCONT');
      throw new Error('no longer');
    },
    { timeout: PATIENCE_MS, interval: 5 },
  );
  process.kill(pid, 'SIGKILL');
}

/** Whether an engine says in its folder that it uses the card now. */
function isInUse(cacheFolder: string): boolean {
  const verdicts = readdirSync(cacheFolder).filter((name) => name.startsWith('relevance-cam-cards-'));
  return verdicts.some((folder) =>
    readdirSync(path.join(cacheFolder, folder)).some((name) => {
      const file = path.join(cacheFolder, folder, name);
      return name.endsWith('.json') && existsSync(file) && readFileSync(file, 'utf8').includes('"pid"');
    }),
  );
}
