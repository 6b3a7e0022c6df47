// A vision transformer trained on the sample's pictures (tools/sample/make_transformer.py): its token maps tell classes apart.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { decodePicture } from '../../../src/engine/image/decode.js';
import type { LayerExplanation } from '../../../src/protocol/explanation.js';
import type { ModelInfo } from '../../../src/protocol/model.js';
import { call } from './calls.js';
import { correlation } from './statistics.js';

const MODEL = path.resolve(import.meta.dirname, '../../fixtures/transformer/vit.onnx');
const SAMPLE = path.resolve(import.meta.dirname, '../../../media/sample');
const GRID = 14;
/** The tokens after each attention and each pair of linear layers, and rectified before they are classified. */
const LAYERS = ['blocks/0/Add', 'blocks/0/Add_1', 'blocks/1/Add', 'blocks/1/Add_1', 'relu/Relu'];

const Pictures = v.record(v.string(), v.array(v.object({ class: v.string(), mask: v.string() })));
const pictures = v.parse(Pictures, JSON.parse(readFileSync(path.join(SAMPLE, 'pictures.json'), 'utf8')));

const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-transformer-'));
const engine = new Engine({ cacheFolder, log: () => undefined });
let model: ModelInfo;

beforeAll(async () => {
  model = await engine.open({ model: MODEL, settings: {} }, call());
});

afterAll(async () => {
  await engine.dispose();
  rmSync(cacheFolder, { recursive: true });
});

/** Every layer's map for the class, by the layer's path. */
async function mapsOf(picture: string, label: string): Promise<ReadonlyMap<string, LayerExplanation>> {
  const { layers } = await engine.explain(
    {
      model: MODEL,
      settings: {},
      method: 'relevance-cam',
      source: { kind: 'image', path: path.join(SAMPLE, picture) },
      target: model.labels.indexOf(label),
      layers: null,
      top: 0,
    },
    call(),
  );
  const paths = new Map(model.layers.map((layer) => [layer.tensor, layer.path]));
  return new Map(layers.map((layer) => [paths.get(layer.tensor) ?? layer.tensor, layer]));
}

/** How much of each cell of the token grid the object covers. */
async function coverage(mask: string): Promise<Float64Array> {
  const { width, height, rgb } = await decodePicture(path.join(SAMPLE, mask));
  const cells = new Float64Array(GRID * GRID);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const cell = Math.floor((y * GRID) / height) * GRID + Math.floor((x * GRID) / width);
      cells[cell] = (cells[cell] ?? 0) + (rgb[3 * (y * width + x)] ?? 0) / 255;
    }
  return cells.map((covered) => (covered * GRID * GRID) / (width * height));
}

/** Of what of the map's positive part lies on the two objects, the share on its own. */
function share(map: Float32Array, own: Float64Array, other: Float64Array): number {
  const on = (object: Float64Array): number =>
    map.reduce((sum, value, cell) => sum + Math.max(0, value) * (object[cell] ?? 0), 0);
  return on(own) / (on(own) + on(other));
}

test('its tokens are layers of 14 × 14, marked as tokens, though no tensor of theirs has a height or a width', () => {
  const blocks = model.tree.find(({ path: module }) => module === 'blocks')?.children ?? [];
  const layers = blocks.map(({ tensor }) => model.layers.find((layer) => layer.tensor === tensor));
  const tokens = {
    channels: 64,
    height: GRID,
    width: GRID,
    tokens: true,
    reading: 'tokens',
    blockedBy: null,
  };
  expect(layers).toEqual([
    expect.objectContaining({ ...tokens, path: 'blocks/0/Add_1' }),
    expect.objectContaining({ ...tokens, path: 'blocks/1/Add_1' }),
  ]);
  expect(model.layers.find(({ path: own }) => own === 'stem/0/Conv')).toMatchObject({
    tokens: false,
    reading: 'bounds',
  });
});

test.each(Object.entries(pictures))(
  '%s: each object is shown for its own class',
  async (picture, objects) => {
    const [first, second] = objects;
    if (first === undefined || second === undefined) throw new Error('one object only');
    const [onFirst, onSecond] = [await coverage(first.mask), await coverage(second.mask)];
    const forFirst = await mapsOf(picture, first.class);
    const forSecond = await mapsOf(picture, second.class);
    const shares = LAYERS.flatMap((layer) => {
      const a = forFirst.get(layer)?.map ?? new Float32Array();
      const b = forSecond.get(layer)?.map ?? new Float32Array();
      expect(correlation(a, b), layer).toBeLessThan(0.3);
      return [share(a, onFirst, onSecond), share(b, onSecond, onFirst)];
    });
    expect(Math.min(...shares)).toBeGreaterThan(0.5);
    expect(shares.reduce((sum, value) => sum + value, 0) / shares.length).toBeGreaterThan(0.7);
    for (const [layer, { map, weights }] of [...forFirst, ...forSecond])
      expect([...map, ...(weights ?? [])].every(Number.isFinite), layer).toBe(true);
  },
);
