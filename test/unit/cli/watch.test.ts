import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import sharp from 'sharp';
import * as v from 'valibot';
import { expect, test, vi } from 'vitest';
import { parseCommand } from '../../../src/cli/arguments.js';
import { History } from '../../../src/cli/watch/history.js';
import { csvOf, rowsOf, seenOf, type Seen } from '../../../src/cli/watch/watchedRun.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { constant, graphOf, node, numbers } from '../engine/graphs.js';
import { correlation } from '../engine/statistics.js';
import { temporaryFolder } from '../image/helpers.js';
import { program, ROOT } from './program.js';

const folder = temporaryFolder();
const cli = program('watch');
const SAMPLE = join(ROOT, 'media/sample');
const PICTURE = join(SAMPLE, 'pictures/boat-cat.png');
const LAYERS = ['layer2', 'layer4'];

const Explained = v.object({
  target: v.object({ label: v.string() }),
  predictions: v.array(v.object({ index: v.number(), label: v.string(), logit: v.number() })),
  layers: v.array(v.object({ tensor: v.string(), map: v.array(v.number()), relevanceSum: v.number() })),
});

const Table = v.array(v.record(v.string(), v.string()));

function tableIn(out: string): v.InferOutput<typeof Table> {
  const text = readFileSync(join(out, 'checkpoints.csv'), 'utf8');
  return v.parse(Table, parse(text, { columns: true }));
}

test('what is there is written as pictures, strips and a table whose numbers are those of explain', async () => {
  const out = folder.path('out');
  const { status, printed, reported } = await cli(
    ...['watch', '--runs', join(SAMPLE, 'checkpoints'), '--images', PICTURE],
    ...['--layers', LAYERS.join(), '--out', out, '--once', '--json', '-'],
  );
  expect([status, reported]).toEqual([0, '']);
  const lines = printed.trim().split('\n');
  expect(lines).toHaveLength(5);
  const rows = tableIn(out);
  expect(rows.map(({ step }) => Number(step))).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 5, 5]);
  expect(new Set(rows.map((row) => row['class'])).size).toBe(1);

  const explained = async (epoch: string): Promise<v.InferOutput<typeof Explained>> => {
    const { printed: json } = await cli(
      ...['explain', '--model', join(SAMPLE, `checkpoints/epoch-${epoch}.onnx`), '--image', PICTURE],
      ...['--class', rows[0]?.['class'] ?? '', '--layers', LAYERS.join(), '--json', '-'],
    );
    return v.parse(Explained, JSON.parse(json));
  };
  const [third, last] = [await explained('03'), await explained('05')];
  const own = rows.filter(({ step }) => step === '3');
  expect(own.map((row) => row['predicted'])).toEqual(third.layers.map(() => third.predictions[0]?.label));
  for (const [i, layer] of third.layers.entries()) {
    expect(Number(own[i]?.['correlation_with_last'])).toBeCloseTo(
      correlation(layer.map, last.layers[i]?.map ?? []),
      4,
    );
    expect(Number(own[i]?.['relevance_conserved'])).toBeCloseTo(layer.relevanceSum, 5);
  }
  const drawn = readdirSync(out, { recursive: true, encoding: 'utf8' });
  expect(drawn.filter((name) => name.endsWith('.overlay.png'))).toHaveLength(10);
  const strip = await sharp(join(out, 'boat-cat.strip.png')).metadata();
  expect(strip.width).toBeGreaterThan(strip.height);
});

test('an adapter below whole checkpoints is passed over, and it is said why', async () => {
  const weights = join(ROOT, 'test/fixtures/weights');
  const runs = folder.path('adapted');
  await mkdir(join(runs, 'styles'), { recursive: true });
  await copyFile(join(weights, 'new-whole.first.onnx'), join(runs, 'graph.onnx'));
  await copyFile(join(weights, 'second.pth'), join(runs, 'epoch_2.pth'));
  await writeFile(join(runs, 'styles/adapter_model.safetensors'), 'added');
  const out = folder.path('adapted-out');
  const { status, reported } = await cli(
    ...['watch', '--runs', runs, '--images', PICTURE, '--layers', 'stem', '--out', out, '--once'],
  );
  expect([status, reported.match(/adapter_model\.safetensors is an adapter of PEFT/g)?.length]).toEqual([
    0, 1,
  ]);
  expect(tableIn(out).map(({ step }) => step)).toEqual(['2']);
});

test.skipIf(process.platform === 'win32')(
  'what appears is explained too, until an interrupt ends it',
  async () => {
    const runs = folder.path('runs');
    const out = folder.path('live');
    await mkdir(runs);
    await copyFile(join(SAMPLE, 'checkpoints/epoch-00.onnx'), join(runs, 'epoch-00.onnx'));
    const words = ['watch', '--runs', runs, '--images', PICTURE, '--layers', 'layer4', '--out', out];
    const child = spawn(process.execPath, [join(ROOT, 'out/test-cli/watch/cli.js'), ...words]);
    const told: Buffer[] = [];
    child.stderr.on('data', (bytes: Buffer) => told.push(bytes));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const written = (): number[] =>
      existsSync(join(out, 'checkpoints.csv')) ? tableIn(out).map(({ step }) => Number(step)) : [];
    const patience = { timeout: 100_000, interval: 50 };
    await vi.waitFor(() => {
      expect(written()).toEqual([0]);
    }, patience);
    const bytes = readFileSync(join(SAMPLE, 'checkpoints/epoch-05.onnx'));
    await writeFile(join(runs, 'epoch-05.onnx'), bytes.subarray(0, bytes.length / 2));
    await writeFile(join(runs, 'epoch-05.onnx'), bytes.subarray(bytes.length / 2), { flag: 'a' });
    await vi.waitFor(() => {
      expect(written()).toEqual([0, 5]);
    }, patience);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(Buffer.concat(told).toString()).toBe('relevance-cam: Cancelled.\n');
    expect(statSync(join(out, 'boat-cat.strip.png')).size).toBeGreaterThan(0);
  },
);

test('the pixels of a model without feature maps are followed, which is said', async () => {
  await mkdir(folder.path('dense'));
  const nodes = [node('Flatten', ['x'], ['flat']), node('Gemm', ['flat', 'weights'], ['logits'])];
  for (const step of [1, 2]) {
    const weights = constant(numbers([48, 3], step));
    const { bytes } = writeModel(graphOf([1, 3, 4, 4], nodes, { weights }));
    await folder.write(`dense/epoch-${step}.onnx`, bytes);
  }
  const out = folder.path('dense-out');
  const { status, reported } = await cli(
    ...['watch', '--runs', folder.path('dense'), '--images', PICTURE, '--class', '1'],
    ...['--out', out, '--once'],
  );
  expect(status).toBe(0);
  expect(reported).toMatch(/^relevance-cam: .*its pixels can be explained by LRP or CLRP\.\n$/);
  expect(tableIn(out).map((row) => [row['step'], row['layer']])).toEqual([
    ['1', 'x'],
    ['2', 'x'],
  ]);
});

test('globs are runs, told apart by their folders; a pattern that the shell has replaced is told', async () => {
  const out = folder.path('globs-out');
  for (const [run, epochs] of Object.entries({ plain: ['00', '05'], augmented: ['05'] }))
    for (const epoch of epochs) {
      await mkdir(folder.path(`globs/${run}`), { recursive: true });
      const file = join(SAMPLE, `checkpoints/epoch-${epoch}.onnx`);
      await copyFile(file, folder.path(`globs/${run}/epoch-${epoch}.onnx`));
      await copyFile(file, folder.path(`globs/${run}/ema-${epoch}.onnx`));
    }
  const words = ['--images', PICTURE, '--layers', 'layer4', '--out', out, '--once'];
  const { status, reported } = await cli('watch', '--runs', folder.path('globs/*/epoch-*.onnx'), ...words);
  expect([status, reported]).toEqual([0, '']);
  expect(tableIn(out).map((row) => [row['run'], row['file']])).toEqual([
    ['plain', 'epoch-00.onnx'],
    ['plain', 'epoch-05.onnx'],
    ['augmented', 'epoch-05.onnx'],
  ]);
  const file = folder.path('globs/plain/epoch-00.onnx');
  const expanded = await cli('watch', '--runs', file, ...words);
  expect([expanded.status, expanded.reported]).toEqual([2, expect.stringContaining(`${file} is a file.`)]);
});

test('a folder without checkpoints, or that is not there, is told', async () => {
  const words = ['--images', PICTURE, '--out', folder.path('none'), '--once'];
  const empty = await cli('watch', '--runs', join(SAMPLE, 'pictures'), ...words);
  expect([empty.status, empty.reported]).toEqual([
    2,
    expect.stringMatching(/There are no checkpoints in .*pictures\.\n$/),
  ]);
  const lost = await cli('watch', '--runs', '/nowhere', ...words);
  expect([lost.status, lost.reported]).toEqual([2, 'relevance-cam: There is no folder /nowhere.\n']);
});

test('lists go on to the next option', () => {
  expect(
    parseCommand([
      'watch',
      '--runs',
      'a',
      'b',
      '--once',
      '--images',
      'x.png',
      'y.png',
      '--out',
      'o',
      '--runs',
      'c',
    ]),
  ).toMatchObject({ runs: ['a', 'b', 'c'], images: ['x.png', 'y.png'], once: true, out: 'o', layers: 'all' });
});

const PREDICTION = { index: 0, label: 'sea, open', probability: null, value: 1, logit: 1 };

function seen(step: number, map: readonly number[]): Seen {
  const layer = {
    tensor: 'a',
    height: 1,
    width: map.length,
    map: Float32Array.from(map),
    weights: Float32Array.of(1, 0, 0, 0),
    top: [],
    relevanceSum: 0.5,
  };
  const result = { target: PREDICTION, predicted: PREDICTION, layers: [layer] };
  return seenOf({ step, file: `${step}.onnx` }, result);
}

test('the table: maps against the last and the former one, names quoted', () => {
  const rows = rowsOf('run', 'p.png', [seen(1, [1, 2, 3]), seen(2, [3, 2, 1]), seen(5, [2, 4, 6])]);
  const rounded = (value: number | null): number | null =>
    value === null ? null : Math.round(value * 1e9) / 1e9;
  expect(
    rows.map(({ withLast, withPrevious, hoyer }) => [withLast, withPrevious, hoyer].map(rounded)),
  ).toEqual([
    [1, null, 1],
    [-1, -1, 1],
    [1, -1, 1],
  ]);
  expect(csvOf(rows).split('\r\n')[1]).toBe('run,1,1.onnx,p.png,"sea, open",1,,"sea, open",,a,1,,1,0.5');
});

test('where there is no room for all maps those of the last steps are kept, and every number', () => {
  const pictures = ['a.png', 'b.png'];
  const steps = fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(steps, fc.nat(40), (all, most) => {
      const history = new History(most);
      for (const step of all)
        history.learn(pictures[step % pictures.length] ?? '', seen(step, [1, 2, step + 3]));
      const known = pictures.flatMap((picture) => history.of(picture)).sort((a, b) => b.step - a.step);
      expect(known.map(({ step }) => step)).toEqual(all.toSorted((a, b) => b - a));
      expect(known.map(({ layers }) => layers[0]?.hoyer)).toEqual(all.map(() => 1));
      const room = Math.floor(most / 3);
      expect(known.map(({ maps }) => maps.size)).toEqual(all.map((_, place) => Number(place < room)));
    }),
  );
});

test('the table says nothing of maps that are forgotten', () => {
  const history = new History(6);
  for (const one of [seen(5, [1, 2, 4]), seen(1, [1, 2, 3]), seen(2, [3, 2, 1])]) history.learn('p.png', one);
  const rows = rowsOf('run', 'p.png', history.of('p.png'));
  expect(rows.map(({ withLast, withPrevious }) => [withLast === null, withPrevious === null])).toEqual([
    [true, true],
    [false, true],
    [false, false],
  ]);
});
