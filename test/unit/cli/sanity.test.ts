import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import * as v from 'valibot';
import { expect, test } from 'vitest';

import { parseCommand } from '../../../src/cli/arguments.js';
import { temporaryFolder } from '../image/helpers.js';
import { program, ROOT } from './program.js';

const folder = temporaryFolder();
const cli = program('sanity');
const SAMPLE = join(ROOT, 'media/sample');
const PICTURES = ['boat-cat', 'bird-umbrella'].map((name) => join(SAMPLE, `pictures/${name}.png`));

const Values = v.array(v.nullable(v.number()));
const Estimate = v.object({ mean: v.number(), low: v.number(), high: v.number(), n: v.number() });
const Json = v.object({
  seed: v.number(),
  modules: v.array(v.string()),
  pictures: v.array(
    v.object({ chains: v.array(v.object({ layer: v.string(), spearman: Values, ssim: Values })) }),
  ),
  summary: v.array(v.object({ layer: v.string(), steps: v.array(v.object({ spearman: Estimate })) })),
});

test('the strip of each picture, both curves as a table, and their means over the pictures', async () => {
  const out = folder.path('out');
  const { status, printed, reported } = await cli(
    ...['sanity', '--model', join(SAMPLE, 'sample.onnx'), '--image', ...PICTURES],
    ...['--layers', 'layer2,layer4', '--seed', '3', '--out', out, '--json', '-'],
  );
  expect([status, reported]).toEqual([0, '']);
  const { seed, modules, pictures, summary } = v.parse(Json, JSON.parse(printed));
  expect(seed).toBe(3);
  expect(modules[0]).toBe('fc');
  expect(pictures).toHaveLength(2);

  const rows = v.parse(
    v.array(v.record(v.string(), v.string())),
    parse(readFileSync(join(out, 'sanity.csv'), 'utf8'), { columns: true }),
  );
  expect(rows).toHaveLength(2 * 2 * (modules.length + 1));
  const first = rows.filter(({ picture, layer }) => picture === PICTURES[0] && layer === 'layer4');
  expect(first.map((row) => row['module'])).toEqual(['original', ...modules]);
  const [, deep] = pictures[0]?.chains ?? [];
  expect(deep?.layer).toBe('layer4');
  first.forEach((row, step) => {
    expect(Number(row['spearman'])).toBeCloseTo(deep?.spearman[step] ?? NaN, 8);
    expect(Number(row['ssim'])).toBeCloseTo(deep?.ssim[step] ?? NaN, 8);
  });
  summary.forEach(({ steps }, chain) => {
    steps.forEach(({ spearman }, step) => {
      const both = pictures.map(({ chains }) => chains[chain]?.spearman[step] ?? NaN);
      expect(spearman.mean).toBeCloseTo(both.reduce((sum, value) => sum + value, 0) / 2, 9);
      expect(spearman.low).toBeCloseTo(Math.min(...both), 9);
      expect(spearman.n).toBe(2);
    });
  });
  const strip = join(out, 'boat-cat.relevance-cam.png');
  expect(existsSync(join(out, 'bird-umbrella.relevance-cam.png'))).toBe(true);
  const { width, height } = await sharp(strip).metadata();
  // A column a step, and a row for each of the two layers.
  expect(width).toBeGreaterThan(120 * (modules.length + 1));
  expect(height).toBeGreaterThan(2 * 64);
});

test('without JSON on standard output the curves are printed, of one picture without intervals', async () => {
  const { status, printed } = await cli(
    ...['sanity', '--model', join(SAMPLE, 'sample.onnx'), '--image', PICTURES[0] ?? ''],
    ...['--layers', 'layer4', '--methods', 'grad-cam', '--out', folder.path('single')],
  );
  expect(status).toBe(0);
  expect(printed).toMatch(/^Grad-CAM, layer4\n/);
  expect(printed).toMatch(/ 0 {2}original +1\.00 +1\.00\n/);
  expect(printed).not.toContain('(');
});

test.each([
  ['--layers layer4 --out out', /^--image is missing/],
  ['--image a.png --out out', /^--layers is missing/],
  ['--image a.png --layers layer4', /^--out is missing/],
  ['--image a.png --layers layer4 --out out --methods score-cam', /^Score-CAM has no sanity check/],
  ['--image a.png --layers layer4 --out out --seed 0.5', /^--seed must be a whole number/],
])('sanity %s', (words, message) => {
  expect(() => parseCommand(['sanity', '--model', 'm.onnx', ...words.split(' ')])).toThrow(message);
});
