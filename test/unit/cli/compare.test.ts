// Several methods and classes in one command.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseNpy } from '../../../src/engine/image/npy.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { node } from '../engine/graphs.js';
import { temporaryFolder } from '../image/helpers.js';
import { colorModel, halves, PLAIN, program, type Outcome } from './program.js';

const folder = temporaryFolder();
const cli = program('compare');

let model = '';
let image = '';
let preprocessing = '';
beforeAll(async () => {
  model = await folder.write('color.onnx', writeModel(colorModel()).bytes);
  await folder.write('color.labels.txt', 'red\ngreen/ish\nblue\n');
  image = await folder.write('halves.png', await halves());
  preprocessing = await folder.write('plain.json', PLAIN);
});

function explain(...words: string[]): Promise<Outcome> {
  return cli('explain', '--model', model, '--image', image, '--preprocessing', preprocessing, ...words);
}

const One = v.object({
  method: v.string(),
  target: v.object({ index: v.number() }),
  layers: v.array(
    v.object({
      tensor: v.string(),
      map: v.array(v.number()),
      top: v.array(v.object({ channel: v.number(), weight: v.number() })),
      relevanceSum: v.nullable(v.number()),
    }),
  ),
  blocked: v.array(v.object({ tensor: v.string(), reason: v.string() })),
});
const Several = v.object({ explanations: v.array(One) });

/** Values of the left and of the right half. */
function sides(map: readonly number[] = []): [number, number] {
  const [left = NaN, , , right = NaN] = map;
  return [left, right];
}

describe('explain', () => {
  test('lists one explanation for each method and class, the first method’s first', async () => {
    const words = ['--method', 'grad-cam', '--method', 'lrp', '--class', 'blue', '--class', 'red'];
    const { status, printed, reported } = await explain(...words, '--layers', 'activation', '--json', '-');
    expect([status, reported]).toEqual([0, '']);
    const { explanations } = v.parse(Several, JSON.parse(printed));
    expect(explanations.map(({ method, target }) => [method, target.index])).toEqual([
      ['grad-cam', 2],
      ['grad-cam', 0],
      ['lrp', 2],
      ['lrp', 0],
    ]);
    // By hand: the logit is a mean over 16 positions, so its gradient is 1/16 in its own channel and 0 elsewhere; LRP
    // gives a position the share of the logit that it brought.
    const expected = [
      [0, 0.4 / 16],
      [0.8 / 16, 0],
      [0, 0.4 / 16],
      [0.8 / 16, 0],
    ];
    explanations.forEach(({ layers }, i) => {
      sides(layers[0]?.map).forEach((value, side) => {
        expect(value).toBeCloseTo(expected[i]?.[side] ?? NaN, 6);
      });
    });
    const [gradCam, , lrp] = explanations.map(({ layers }) => layers[0]);
    expect(gradCam).toMatchObject({ top: [{ channel: 2 }, {}, {}], relevanceSum: null });
    expect(gradCam?.top[0]?.weight).toBeCloseTo(1 / 16, 6);
    expect(lrp).toMatchObject({ top: [] });
    expect(lrp?.relevanceSum).toBeCloseTo(1, 5);
  });

  test('a class or method that is named twice is explained once', async () => {
    const words = ['--method', 'cam', '--method', 'cam', '--class', 'red', '--class', '0', '--json', '-'];
    const { printed } = await explain(...words);
    expect(v.parse(One, JSON.parse(printed))).toMatchObject({ method: 'cam', target: { index: 0 } });
  });

  test('Score-CAM comes with the others', async () => {
    const words = ['--method', 'score-cam', '--method', 'relevance-cam', '--json', '-'];
    const { printed, reported } = await explain(...words, '--layers', 'activation');
    expect(reported).toBe('');
    const { explanations } = v.parse(Several, JSON.parse(printed));
    expect(explanations.map(({ method }) => method)).toEqual(['score-cam', 'relevance-cam']);
    // Each channel, min–max normalised, masks the picture: red keeps (0.4, 0.1, 0), blue (0, 0.1, 0.2); green is
    // constant and weighs nothing. The class explained is red.
    const red = Math.exp(0.4) / (Math.exp(0.4) + Math.exp(0.1) + 1);
    const blue = 1 / (1 + Math.exp(0.1) + Math.exp(0.2));
    const [left, right] = sides(explanations[0]?.layers[0]?.map);
    expect(left).toBeCloseTo(0.8 * red, 5);
    expect(right).toBeCloseTo(0.4 * blue, 5);
  });

  test('writes the files of each explanation into a folder of its own', async () => {
    const out = folder.path('bundle');
    const words = ['--method', 'relevance-cam', '--method', 'cam', '--class', 'green/ish', '--class', 'red'];
    const { status, printed } = await explain(...words, '--out', out);
    expect([status, printed]).toEqual([0, '']);
    expect(readdirSync(out).sort()).toEqual(['cam', 'manifest.json', 'relevance-cam']);
    expect(readdirSync(join(out, 'cam')).sort()).toEqual(['0-red', '1-green_ish']);
    const files = ['activation.npy', 'activation.overlay.png'];
    expect(readdirSync(join(out, 'cam/1-green_ish')).sort()).toEqual(files);
    const map = parseNpy(readFileSync(join(out, 'cam/0-red/activation.npy')));
    expect([...(map?.values ?? [])].slice(0, 4).map((value) => Math.round(100 * value))).toEqual([
      80, 80, 0, 0,
    ]);
    const manifest: unknown = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      model: 'color.onnx',
      input: 'halves.png',
      explanations: [
        { method: 'relevance-cam', target: { index: 1 } },
        { method: 'relevance-cam', target: { index: 0 } },
        { method: 'cam', layers: [{ drawing: 'cam/1-green_ish/activation.overlay.png' }] },
        { method: 'cam', layers: [{ values: 'cam/0-red/activation.npy' }] },
      ],
    });
  });

  test('a table of a method without weights names no channels', async () => {
    const { printed } = await explain('--method', 'lrp', '--method', 'cam', '--layers', 'activation');
    const [, lrp = '', cam = ''] = printed.split(/^(?=LRP for|CAM for)/m);
    expect(lrp).toMatch(/^LRP for red \(0, predicted\)\n.*channels × size\n.*activation .*3 × 4 × 4\n\n$/);
    expect(cam).toMatch(/^CAM for red .*\n.*top 3 channels \(weight\)\n.*#0 \(1\.00\)/);
  });
});

describe('what a method cannot explain', () => {
  test('is told, and the rest is done', async () => {
    const words = ['--method', 'cam', '--method', 'clrp', '--layers', 'x', '--layers', 'activation'];
    const { status, printed, reported } = await explain(...words, '--json', '-');
    expect(status).toBe(0);
    expect(reported).toBe(
      'relevance-cam: CAM cannot explain x: the method explains layers, not the pixels of the input.\n',
    );
    const { explanations } = v.parse(Several, JSON.parse(printed));
    const tensors = explanations.map(({ layers }) => layers.map(({ tensor }) => tensor));
    expect(tensors).toEqual([['activation'], ['x', 'activation']]);
    expect(explanations.map(({ blocked }) => blocked.length)).toEqual([1, 0]);
  });

  test('is told once for all layers of one reason', async () => {
    const before = [node('Sigmoid', ['activation'], ['s']), node('Sigmoid', ['s'], ['last'])];
    const deeper = await folder.write('deeper.onnx', writeModel(colorModel(before)).bytes);
    const { reported } = await cli('explain', '--model', deeper, '--image', image, '--method', 'cam');
    expect(reported).toMatch(/^[^\n]*CAM cannot explain .*; the same goes for one other layer\.\n$/);
  });

  test('ends with status 2 where nothing is left', async () => {
    const out = folder.path('nothing.png');
    const words = ['--method', 'cam', '--method', 'grad-cam', '--layers', 'x', '--out', out];
    const { status, printed, reported } = await explain(...words);
    expect([status, printed]).toEqual([2, '']);
    expect(reported).toMatch(/^relevance-cam: CAM cannot explain x: .*\. Grad-CAM cannot explain x: .*\.\n$/);
    expect(readdirSync(folder.path('.'))).not.toContain('nothing.png');
  });
});
