// What the command line tells of a model's answer, of how a picture was prepared, and of what a file holds.
import path from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';

import { writeModel } from '../../../src/engine/onnx/write.js';
import { constant, graphOf, node, numbers } from '../engine/graphs.js';
import { temporaryFolder } from '../image/helpers.js';
import { colorModel, halves, PLAIN, program, ROOT } from './program.js';

const folder = temporaryFolder();
const cli = program('answers');
const fixture = (name: string): string => path.join(ROOT, 'test/fixtures', name);

let model = '';
let image = '';
let plain = '';
beforeAll(async () => {
  model = await folder.write('color.onnx', writeModel(colorModel()).bytes);
  image = await folder.write('halves.png', await halves());
  plain = await folder.write('plain.json', PLAIN);
});

const Answer = v.object({
  input: v.string(),
  predictions: v.array(v.object({ probability: v.nullable(v.number()), value: v.number() })),
  apart: v.nullable(v.object({ probability: v.nullable(v.number()), value: v.number() })),
  otherInputs: v.array(v.object({ name: v.string(), isGiven: v.boolean() })),
  preprocessing: v.optional(v.object({ fit: v.string() })),
  preprocessingSource: v.optional(v.string()),
});

async function answer(...words: readonly string[]): Promise<v.InferOutput<typeof Answer>> {
  const { printed, reported } = await cli('explain', ...words, '--json', '-');
  expect(reported).toBe('');
  return v.parse(Answer, JSON.parse(printed));
}

describe('explain', () => {
  test('writes values that are no probabilities as they are', async () => {
    const asked = ['--model', model, '--image', image, '--settings', plain, '--activation', 'none'];
    const { printed } = await cli('explain', ...asked);
    // The mean red, green and blue.
    expect(printed).toMatch(/Predictions\n +0\.4 +0 .*\n +0\.2 +\d .*\n +0\.2 +\d/);
    expect(printed).not.toContain('%');
    const { predictions } = await answer(...asked);
    expect(predictions.map(({ probability }) => probability)).toEqual([null, null, null]);
    expect(predictions[0]?.value).toBeCloseTo(0.4, 5);
  });

  test('says how the picture was prepared, and where that was taken from', async () => {
    const { printed } = await cli('explain', '--model', model, '--image', image, '--settings', plain);
    expect(printed).toContain(
      'Prepared: squash → 4 × 4, bilinear, RGB, range 0 … 1, mean 0 0 0, std 1 1 1, NCHW; from your settings.\n',
    );
    const told = await answer('--model', model, '--image', image);
    expect(told).toMatchObject({
      input: 'halves.png',
      preprocessing: { fit: 'squash' },
      preprocessingSource: 'model',
    });
  });

  test('says which inputs are fed zeros', async () => {
    const skin = ['--model', fixture('cases/other-inputs/skin.onnx')];
    const picture = ['--image', fixture('cases/other-inputs/skin.png')];
    const { printed } = await cli('explain', ...skin, ...picture);
    expect(printed).toMatch(/^Zeros are fed to \w+\. The setting "inputs"/m);
    const zeros = await answer(...skin, ...picture);
    expect(zeros.otherInputs.map(({ isGiven }) => isGiven)).toEqual([false]);
    const name = zeros.otherInputs[0]?.name ?? '';
    const settings = await folder.write(
      'patient.json',
      JSON.stringify({ inputs: { [name]: [2.52, 1, 0, 1, 2] } }),
    );
    const given = await answer(...skin, ...picture, '--settings', settings);
    expect(given.otherInputs.map(({ isGiven }) => isGiven)).toEqual([true]);
    expect(given.predictions[0]?.probability).toBeCloseTo(0.9283, 3);
  });

  test('says how far a quantised file is from what is explained', async () => {
    const asked = [
      ...['--model', fixture('answers/dynamic-int8-far/int8.onnx')],
      ...['--input', fixture('answers/dynamic-int8-far/x.npy')],
    ];
    const { printed } = await cli('explain', ...asked);
    expect(printed).toMatch(/Predictions\n +20\.0 % /);
    expect(printed).toMatch(/without this rounding, whose answer differs by up to 2\d\.\d %\.$/m);
    const { apart, preprocessing } = await answer(...asked);
    expect(apart?.value).toBeCloseTo(3.457, 1);
    expect(preprocessing).toBeUndefined();
  });
});

describe('inspect', () => {
  test('lists every output and operator of the file', async () => {
    const heads = fixture('cases/several-heads/heads.onnx');
    const { printed } = await cli('inspect', '--model', heads, '--output', 'group', '--json', '-');
    const { outputs, logits, fileOperators } = v.parse(
      v.object({
        outputs: v.array(v.object({ name: v.string() })),
        logits: v.object({ name: v.string(), shape: v.array(v.number()) }),
        fileOperators: v.array(v.object({ op: v.string(), count: v.number() })),
      }),
      JSON.parse(printed),
    );
    expect(outputs.map(({ name }) => name).sort()).toEqual(['age', 'group', 'sex']);
    expect(logits.shape).toEqual([1, 5]);
    expect(fileOperators.map(({ op }) => op)).toContain('Conv');
    const text = await cli('inspect', '--model', heads);
    expect(text.printed).toMatch(/output +age .*\n.*output +sex .*\n.*output +group /);
  });

  test('says how a picture would be prepared, with --preprocessing', async () => {
    const asked = ['inspect', '--model', model, '--preprocessing'];
    const { printed } = await cli(...asked);
    expect(printed).toMatch(/fit +squash\n/);
    expect(printed).toMatch(/source +usual values; the model does not say\n/);
    expect(printed).not.toContain('Layers');
    expect((await cli(...asked, '--settings', plain)).printed).toMatch(
      /mean +0 0 0\n(.*\n)*.*source +from your settings\n/,
    );
  });
});

describe('a model without feature maps', () => {
  const said = /has no feature maps; its pixels can be explained by LRP or CLRP\.\n$/;
  let ask: readonly string[] = [];
  beforeAll(async () => {
    const weights = constant(numbers([48, 3], 2));
    const nodes = [node('Flatten', ['x'], ['flat']), node('Gemm', ['flat', 'weights'], ['logits'])];
    const dense = writeModel(graphOf([1, 3, 4, 4], nodes, { weights })).bytes;
    ask = ['--model', await folder.write('dense.onnx', dense), '--image', image, '--settings', plain];
  });

  test('is explained at its pixels, which is said where nobody asked for it', async () => {
    const { printed, reported, status } = await cli('explain', ...ask);
    expect(status).toBe(0);
    expect(reported).toMatch(said);
    expect(printed).toMatch(/^LRP for .*\n.*\n +x .*3 × 4 × 4$/m);
    const asked = await cli('explain', ...ask, '--method', 'clrp');
    expect([asked.status, asked.reported]).toEqual([0, '']);
    expect(asked.printed).toMatch(/^CLRP for /m);
  });

  test('is not explained by a method for layers, which is said', async () => {
    const { reported, status } = await cli('explain', ...ask, '--method', 'grad-cam');
    expect(status).toBe(2);
    expect(reported).toMatch(/^relevance-cam: Grad-CAM cannot explain x: /);
    expect(reported).toMatch(said);
  });

  test('is inspected', async () => {
    const { printed, status } = await cli('inspect', ...ask.slice(0, 2));
    expect(status).toBe(0);
    expect(printed).toMatch(said);
    expect(printed).not.toContain('Layers');
  });
});
