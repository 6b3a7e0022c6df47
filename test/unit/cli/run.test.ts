import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatNpy, parseNpy } from '../../../src/engine/image/npy.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { node } from '../engine/graphs.js';
import { temporaryFolder } from '../image/helpers.js';
import { colorModel, halves, PLAIN, program, ROOT } from './program.js';

const folder = temporaryFolder();
const cli = program('run');

let model = '';
let image = '';
let preprocessing = '';
beforeAll(async () => {
  model = await folder.write('color.onnx', writeModel(colorModel()).bytes);
  await folder.write('color.labels.txt', 'red\ngreen\nblue\n');
  image = await folder.write('halves.png', await halves());
  preprocessing = await folder.write('plain.json', PLAIN);
});

const ExplanationJson = v.object({
  model: v.string(),
  method: v.string(),
  target: v.object({ index: v.number(), label: v.string() }),
  predictions: v.array(
    v.object({ index: v.number(), label: v.string(), probability: v.number(), logit: v.number() }),
  ),
  layers: v.array(
    v.object({
      tensor: v.string(),
      path: v.string(),
      op: v.string(),
      channels: v.number(),
      height: v.number(),
      width: v.number(),
      map: v.array(v.number()),
      top: v.array(v.object({ channel: v.number(), weight: v.number() })),
      relevanceSum: v.number(),
    }),
  ),
});

describe('explain', () => {
  test('prints the explanation as JSON and nothing else', async () => {
    const { status, printed, reported } = await cli(
      'explain',
      '--model',
      model,
      '--image',
      image,
      '--preprocessing',
      preprocessing,
      '--json',
      '-',
      '--top',
      '2',
    );
    expect([status, reported]).toEqual([0, '']);
    const { layers, ...rest } = v.parse(ExplanationJson, JSON.parse(printed));
    expect(rest).toMatchObject({
      model: 'color.onnx',
      method: 'relevance-cam',
      target: { index: 0, label: 'red' },
    });
    // The logits are the means 0.4, 0.2, 0.2.
    const total = Math.exp(0.4) + 2 * Math.exp(0.2);
    expect(rest.predictions.map(({ label }) => label)).toEqual(['red', 'green', 'blue']);
    expect(rest.predictions[0]?.logit).toBeCloseTo(0.4, 5);
    expect(rest.predictions[0]?.probability).toBeCloseTo(Math.exp(0.4) / total, 5);
    // By hand: the seed 0.4, −0.2, −0.2 reaches the channels whole, so α is the seed and the map Σ α A.
    const [layer] = layers;
    expect(layer).toMatchObject({ tensor: 'activation', op: 'Relu', channels: 3, height: 4, width: 4 });
    const [left, right] = [0.4 * 0.8 - 0.2 * 0.2, -0.2 * 0.2 - 0.2 * 0.4];
    [left, left, right, right].forEach((value, i) => {
      expect(layer?.map[i]).toBeCloseTo(value, 5);
    });
    expect(layer?.top.map(({ channel }) => channel)[0]).toBe(0);
    expect(layer?.top[0]?.weight).toBeCloseTo(0.4, 5);
    expect(layer?.top).toHaveLength(2);
    expect(layer?.relevanceSum).toBeCloseTo(0, 5);
  });

  test('another class by its name', async () => {
    const { printed } = await cli(
      'explain',
      '--model',
      model,
      '--image',
      image,
      '--preprocessing',
      preprocessing,
      '--class',
      'BLUE',
      '--json',
      '-',
    );
    const { target, layers } = v.parse(ExplanationJson, JSON.parse(printed));
    expect(target).toEqual({ index: 2, label: 'blue' });
    // s = 0.2: −0.1 · 0.8 − 0.1 · 0.2 and −0.1 · 0.2 + 0.2 · 0.4
    expect(layers[0]?.map[0]).toBeCloseTo(-0.1, 5);
    expect(layers[0]?.map[3]).toBeCloseTo(0.06, 5);
  });

  test('writes overlays, raw maps and the manifest', async () => {
    const out = folder.path('bundle');
    const { status, printed } = await cli(
      'explain',
      '--model',
      model,
      '--image',
      image,
      '--preprocessing',
      preprocessing,
      '--out',
      out,
    );
    expect([status, printed]).toEqual([0, '']);
    expect(readdirSync(out).sort()).toEqual(['activation.npy', 'activation.overlay.png', 'manifest.json']);
    const map = parseNpy(readFileSync(join(out, 'activation.npy')));
    expect(map?.shape).toEqual([4, 4]);
    expect(map?.values[0]).toBeCloseTo(0.28, 5);
    expect(await sharp(join(out, 'activation.overlay.png')).metadata()).toMatchObject({
      width: 4,
      height: 4,
    });
    expect(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'))).toMatchObject({
      model: 'color.onnx',
      input: 'halves.png',
      program: { name: 'relevance-cam' },
      modelFiles: [{ file: 'color.onnx' }],
      crop: { x: 0, y: 0 },
      layers: [{ tensor: 'activation', drawing: 'activation.overlay.png', values: 'activation.npy' }],
    });
  });

  test('takes the input as an array, and then draws the map alone', async () => {
    const array = await folder.write(
      'input.npy',
      formatNpy({ shape: [1, 3, 4, 4], values: new Float32Array(48).fill(1) }),
    );
    const out = folder.path('from-array');
    const { status } = await cli('explain', '--model', model, '--input', array, '--out', out);
    expect(status).toBe(0);
    expect(readdirSync(out)).toContain('activation.map.png');
  });

  test('without --json and --out prints a table', async () => {
    const { status, printed } = await cli(
      'explain',
      '--model',
      model,
      '--image',
      image,
      '--preprocessing',
      preprocessing,
    );
    expect(status).toBe(0);
    expect(printed).toMatch(/halves\.png · color\.onnx/);
    expect(printed).toMatch(/37\.9 % {2}0 {2}red/);
    expect(printed).toMatch(/Relu {2}.*3 × 4 × 4 {2}.*#0 \(0\.400\)/);
  });
});

describe('inspect', () => {
  test('a model whose layers can all be explained', async () => {
    const { status, printed, reported } = await cli('inspect', '--model', model, '--json', '-');
    expect([status, reported]).toEqual([0, '']);
    expect(JSON.parse(printed)).toMatchObject({
      model,
      inputs: [{ name: 'x', shape: [1, 3, 4, 4] }],
      outputs: [{ name: 'logits' }],
      classes: 3,
      layers: [{ tensor: 'activation', blockedBy: null }],
    });
  });

  test('a model with an operator that has no rule ends with 3 and names it', async () => {
    const strange = await folder.write(
      'strange.onnx',
      writeModel(colorModel([node('Sin', ['activation'], ['wave'])])).bytes,
    );
    const { status, printed } = await cli('inspect', '--model', strange);
    expect(status).toBe(3);
    expect(printed).toMatch(/Sin +1 +no relevance rule/);
    expect(printed).toMatch(/1 of 2 layers cannot be explained/);
    const named = await cli('explain', '--model', strange, '--image', image, '--layers', 'activation');
    expect(named.status).toBe(2);
    expect(named.reported).toMatch(
      /^relevance-cam: Relevance-CAM cannot explain .*activation: operator Sin of node node of wave has no relevance rule\.\n$/,
    );
  });
});

describe('failures end with status 2 and one sentence', () => {
  test.each<[string, () => string[], RegExp]>([
    [
      'a missing model',
      () => ['explain', '--model', folder.path('none.onnx'), '--image', image],
      /Cannot read .*none\.onnx: /,
    ],
    [
      'a text as model',
      () => ['explain', '--model', preprocessing, '--image', image],
      /is not an ONNX model/,
    ],
    [
      'a text as picture',
      () => ['explain', '--model', model, '--image', preprocessing],
      /is not a picture of a format that is read/,
    ],
    [
      'a picture above the limit',
      () => ['explain', '--model', model, '--image', image, '--max-megapixels', '0.000001'],
      /pixels, 1 megapixels, and the limit is 0\.000001/,
    ],
    [
      'a picture as array',
      () => ['explain', '--model', model, '--input', image],
      /not a \.npy array of numbers of shape 1 × 3 × 4 × 4/,
    ],
    [
      'an unknown class',
      () => ['explain', '--model', model, '--image', image, '--class', 'mauve'],
      /mauve is not a class/,
    ],
    [
      'an unknown layer',
      () => ['explain', '--model', model, '--image', image, '--layers', 'l9'],
      /l9 is not a layer/,
    ],
    [
      'settings that are no JSON',
      () => ['explain', '--model', model, '--image', image, '--preprocessing', image],
      /is not JSON/,
    ],
    [
      'a file for JSON below a file',
      () => ['explain', '--model', model, '--image', image, '--json', join(image, 'x', 'y.json')],
      /Cannot write/,
    ],
    [
      'a file in the place of the folder for the maps',
      () => ['explain', '--model', model, '--image', image, '--out', preprocessing],
      /Cannot write .*manifest\.json: a part of its path is no folder/,
    ],
  ])('%s', async (_, words, message) => {
    const { status, printed, reported } = await cli(...words());
    expect([status, printed]).toEqual([2, '']);
    expect(reported).toMatch(message);
    expect(reported).toMatch(/^relevance-cam: [^\n]+\.\n$/);
  });
});

test('help and version', async () => {
  const help = await cli('--help');
  expect([help.status, help.reported]).toEqual([0, '']);
  expect(help.printed).toMatch(/relevance-cam explain --model M/);
  expect((await cli('--version')).printed).toMatch(/^\d+\.\d+\.\d+\n$/);
});

const SAMPLE = join(ROOT, 'media/sample/sample.onnx');
test.runIf(existsSync(SAMPLE))('the sample model opens with all its layers', async () => {
  expect((await cli('inspect', '--model', SAMPLE)).status).toBe(0);
});
