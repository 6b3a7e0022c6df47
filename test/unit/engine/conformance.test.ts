// Compares with tools/conformance, an independent implementation of the same definitions in PyTorch.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { call } from './calls.js';
import { deviation, Expected, faultsOf, floats, FOLDER, inputFile } from './conformanceCase.js';

const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-conformance-'));
const engine = new Engine({ cacheFolder, log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(cacheFolder, { recursive: true });
});

const cases = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => {
    const expected = v.parse(Expected, JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')));
    const name = path.basename(file, '.json');
    return Object.entries(expected.files).map(([exporter, values]) => ({
      ...expected,
      ...values,
      name,
      exporter,
    }));
  });

describe.each(cases)('$name by $exporter', ({ name, exporter, input, target, logits, layers: expected }) => {
  const model = path.join(FOLDER, `${name}.${exporter}.onnx`);

  test('has the layers of the file, explained or blocked as they should be', async () => {
    const info = await engine.open({ model, settings: {} }, call());
    const layers = new Map(info.layers.map((layer) => [layer.tensor, layer]));
    const known = new Set(expected.map(({ tensor }) => tensor));
    expect(info.layers.filter(({ tensor }) => !known.has(tensor)).map(({ tensor }) => tensor)).toEqual([]);

    const faults = expected.flatMap(({ tensor, op, blocked, absorbed, twin }) => {
      const layer = layers.get(tensor);
      if (layer === undefined)
        return absorbed || twin || blocked === 'takesNothing' ? [] : [`${tensor} (${op}) is missing`];
      if (layer.blockedBy?.reason === blocked) return [];
      const by = layer.blockedBy === null ? '' : ` by ${layer.blockedBy.op} ${layer.blockedBy.node}`;
      const state = layer.blockedBy?.reason ?? 'explained';
      return [`${tensor} (${op}) is ${state}${by}, not ${blocked ?? 'explained'}`];
    });
    expect(faults).toEqual([]);
  });

  test('explains every layer as the definition says', async () => {
    const source = { kind: 'array', path: inputFile(input, cacheFolder) } as const;
    const request = { model, settings: {}, method: 'relevance-cam', source, layers: null, top: 1 } as const;
    const explanation = await engine.explain({ ...request, target }, call());
    const faults = faultsOf(explanation, { logits, layers: expected }, floats(`${name}.bin.gz`));
    // The deepest first: what deviates there explains what deviates before it.
    expect(faults.reverse()).toEqual([]);
  });

  test('carries the derivative of the logit to every layer', async () => {
    const source = { kind: 'array', path: inputFile(input, cacheFolder) } as const;
    const request = { model, settings: {}, method: 'grad-cam', source, layers: null, top: 1 } as const;
    const explanation = await engine.explain({ ...request, target }, call());
    const layers = new Map(explanation.layers.map((layer) => [layer.tensor, layer]));
    const numbers = floats(`${name}.bin.gz`);
    const meanGradients = expected.flatMap(({ size: [channels], gradients }) =>
      gradients === undefined ? [] : Array.from(numbers.subarray(gradients, gradients + channels)),
    );
    // Attention does not change with what is added to all keys: their gradients cancel, and rounding is left.
    const rounding = 1e-4 * Math.max(...meanGradients.map(Math.abs));
    const faults = expected.flatMap((layer) => {
      const {
        tensor,
        op,
        size: [channels],
        gradients,
        absorbed,
        twin,
        blocked,
      } = layer;
      if (gradients === undefined) return [];
      const weights = layers.get(tensor)?.weights;
      if (weights == null)
        return absorbed || twin || blocked === 'takesNothing' ? [] : [`${tensor} (${op}) is missing`];
      const off = deviation(weights, numbers.subarray(gradients, gradients + channels), rounding);
      return off <= 1e-3 ? [] : [`${tensor} (${op}) deviates by ${off}`];
    });
    expect(faults.reverse()).toEqual([]);
  });
});
