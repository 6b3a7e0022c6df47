import fc from 'fast-check';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { exportLayer, stemOf } from '../../../src/engine/export/exportLayer.js';
import { float32Digits } from '../../../src/engine/export/values.js';
import { parseNpy } from '../../../src/engine/image/npy.js';
import { paintOverlay } from '../../../src/heatmap/paint.js';
import type { ExportedFile, ExportKind, ExportRequest } from '../../../src/protocol/engineApi.js';
import type { Display, Explanation, LayerExplanation, Picture } from '../../../src/protocol/explanation.js';
import type { ModelInfo } from '../../../src/protocol/model.js';
import { version } from '../../../package.json';
import { fileNameOf, fileStem } from '../../../src/protocol/fileNames.js';
import { failureOf, temporaryFolder } from '../image/helpers.js';
import { layerOf, MODEL } from '../models.js';
import { DISPLAY } from '../../display.js';

const layer: LayerExplanation = {
  tensor: '/layer1/conv:0',
  channels: 3,
  height: 1,
  width: 2,
  map: Float32Array.of(-0.1, 2e-9),
  weights: Float32Array.of(0.25, -1, 0.75),
  top: [{ channel: 2, weight: 0.75, activation: Float32Array.of(1, 0.3), carried: null }],
  relevanceSum: 0.5,
};
const target = { index: 340, label: 'zebra', probability: 0.9, value: 0.9, logit: 7 };
const explanation: Explanation = {
  model: '/models/net.onnx',
  method: 'relevance-cam',
  predictions: [target],
  values: Float32Array.of(0.1, 0.9),
  probabilities: Float32Array.of(0.1, 0.9),
  apart: null,
  target,
  layers: [layer],
  blocked: [],
};
const picture: Picture = {
  width: 6,
  height: 4,
  rgba: Uint8ClampedArray.from({ length: 96 }, (_, i) => (i % 4 === 3 ? 255 : (i * 7) % 256)),
  crop: { x: 1, y: 0, width: 4, height: 4 },
  seen: null,
  originalWidth: 6,
  originalHeight: 4,
};

const display: Display = { ...DISPLAY, opacity: 0.5 };
const request: ExportRequest = {
  model: explanation.model,
  settings: {},
  method: 'relevance-cam',
  source: { kind: 'image', path: '/pictures/my zebra.jpg' },
  target: null,
  layers: null,
  top: 3,
  tensor: layer.tensor,
  kinds: ['map'],
  display,
  cropOnly: false,
  marks: null,
  folder: '/',
  partial: null,
};
const info: ModelInfo = {
  ...MODEL,
  files: [],
  layers: [{ ...layerOf(layer.tensor), path: 'layer1/0/conv' }],
};
const folder = temporaryFolder();
const STEM = 'my zebra.net.layer1.0.conv.zebra';

function run(...kinds: ExportKind[]): Promise<readonly ExportedFile[]> {
  return exportLayer({ ...request, kinds }, info, explanation, picture);
}

const text = (file: ExportedFile | undefined): string => new TextDecoder().decode(file?.bytes);

test('the files are named by picture, model, layer, class and method', async () => {
  const files = await run('overlay', 'map', 'raw', 'weights', 'overlay');
  expect(files.map(({ name }) => name)).toEqual(
    ['overlay.png', 'map.png', 'map.npy', 'json', 'weights.csv'].map((end) => `${STEM}.relevance-cam.${end}`),
  );
  expect(fileNameOf('model/block1_conv1/Relu:0')).toBe('model_block1_conv1_Relu_0');
  expect(fileNameOf('386-아프리카 코끼리')).toBe('386-아프리카_코끼리');
});

test.each([
  ['posix', '/pictures/my zebra.tar.jpg', 'my zebra.tar'],
  ['win32', 'C:\\pictures\\my zebra.tar.jpg', 'my zebra.tar'],
  ['win32', 'C:\\pictures/zebra.png', 'zebra'],
  ['win32', '\\\\server\\pictures\\zebra', 'zebra'],
] as const)('by the paths of %s, the files of %s begin with %s', (system, picturePath, name) => {
  const source = { kind: 'image', path: picturePath } as const;
  const asked = { ...request, source, model: 'C:\\nets/VGG.onnx', tensor: 'a\\b:0', method: 'lrp' } as const;
  expect(stemOf(asked, { layers: [] }, 'cup', path[system])).toBe(`${name}.VGG.a_b_0.cup.lrp`);
});

test('the overlay is what the panel paints', async () => {
  const [file] = await run('overlay');
  const { data, info } = await sharp(file?.bytes).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([6, 4, 4]);
  const painted = paintOverlay(picture, { width: 2, height: 1, values: layer.map }, display);
  expect([...data]).toEqual([...painted]);
});

test('the overlay of the crop alone is that part of the whole one', async () => {
  const [whole] = await run('overlay');
  const [file] = await exportLayer(
    { ...request, kinds: ['overlay'], cropOnly: true },
    info,
    explanation,
    picture,
  );
  const { data, info: size } = await sharp(file?.bytes).raw().toBuffer({ resolveWithObject: true });
  expect([size.width, size.height]).toEqual([4, 4]);
  const part = await sharp(whole?.bytes).extract({ left: 1, top: 0, width: 4, height: 4 }).raw().toBuffer();
  expect([...data]).toEqual([...part]);
});

test.each([
  ['the whole picture', false, 100],
  ['the crop alone', true, 0],
])('what is marked is outlined on %s, where it lies on what the model sees', async (_, cropOnly, left) => {
  const [width, height] = [400, 200];
  const grey: Picture = {
    ...{ width, height, seen: null, originalWidth: width, originalHeight: height },
    rgba: new Uint8ClampedArray(4 * width * height).fill(128).map((v, i) => (i % 4 === 3 ? 255 : v)),
    crop: { x: 100, y: 0, width: 200, height: 200 },
  };
  const box = { kind: 'box', box: { x: 2, y: 3, width: 5, height: 4 } } as const;
  const marks = { shapes: [box], inputWidth: 10, inputHeight: 10 };
  const asked: ExportRequest = {
    ...request,
    kinds: ['overlay'],
    cropOnly,
    marks,
    display: { ...display, opacity: 0 },
  };
  const [file] = await exportLayer(asked, info, explanation, grey);
  const { data, info: size } = await sharp(file?.bytes).raw().toBuffer({ resolveWithObject: true });
  const yellow: number[][] = [];
  for (let at = 0; at < data.length; at += 4)
    if ((data[at] ?? 0) > 200 && (data[at + 2] ?? 0) < 60)
      yellow.push([(at / 4) % size.width, Math.floor(at / 4 / size.width)]);
  const along = (axis: number): number[] => yellow.map((point) => point[axis] ?? NaN);
  const ends = [Math.min(...along(0)), Math.max(...along(0)), Math.min(...along(1)), Math.max(...along(1))];
  // 20 pixels of the picture for one of the input.
  [left + 40, left + 140, 60, 140].forEach((edge, side) => {
    expect(Math.abs((ends[side] ?? NaN) - edge)).toBeLessThan(3);
  });
  expect(yellow.some(([x = 0, y = 0]) => Math.abs(x - left - 90) < 20 && Math.abs(y - 100) < 20)).toBe(false);
});

test('the map has the size of the crop and the colours of its scale', async () => {
  const [file] = await run('map');
  const { data, info } = await sharp(file?.bytes).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([4, 4]);
  // viridis from end to end
  expect([...data.subarray(0, 3)]).toEqual([68, 1, 84]);
  expect([...data.subarray(12, 15)]).toEqual([253, 231, 37]);
});

test('the raw values come back exactly, from both files', async () => {
  const [npy, json] = await run('raw');
  expect(parseNpy(npy?.bytes ?? new Uint8Array())).toEqual({ shape: [1, 2], values: layer.map });
  const content: unknown = JSON.parse(text(json));
  expect(content).toMatchObject({
    model: 'models/net.onnx',
    image: 'pictures/my zebra.jpg',
    method: 'relevance-cam',
    target: { index: 340, label: 'zebra' },
    tensor: '/layer1/conv:0',
    channels: 3,
    height: 1,
    width: 2,
    map: [-0.100000001, 1.99999994e-9],
    weights: [0.25, -1, 0.75],
    top: [{ channel: 2, weight: 0.75, activation: [1, 0.300000012] }],
    relevanceSum: 0.5,
  });
});

test('the raw values say of what, by what and from where, and nothing of whoever computed them', async () => {
  const file = await folder.write('net.onnx', 'abc');
  const data = await folder.write('net.onnx.data', '');
  const source = { kind: 'image', path: '/elsewhere/zebra.jpg' } as const;
  const root = path.dirname(file);
  const asked: ExportRequest = { ...request, model: file, source, folder: root, kinds: ['raw'] };
  const [, json] = await exportLayer(asked, { ...info, files: [file, data] }, explanation, picture);
  expect(text(json)).not.toContain(root);
  expect(JSON.parse(text(json))).toMatchObject({
    model: 'net.onnx',
    image: 'zebra.jpg',
    program: { name: 'relevance-cam', version },
    // Published values of SHA-256.
    modelFiles: [
      {
        file: 'net.onnx',
        bytes: 3,
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
      {
        file: 'net.onnx.data',
        bytes: 0,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
    ],
    preprocessing: MODEL.preprocessing,
    preprocessingSource: MODEL.preprocessingSource,
    // Of 6 × 4 pixels, 224/256 of the shorter side in the middle.
    crop: { x: 1.25, y: 0.25, width: 3.5, height: 3.5 },
  });
});

test('what is shown of stopped passes is said to be a part', async () => {
  const partial = { layer, through: 0.4 };
  const files = await exportLayer({ ...request, kinds: ['raw'], partial }, info, explanation, picture);
  expect(files.map(({ name }) => name)).toEqual(
    ['map.npy', 'json'].map((end) => `${STEM}.relevance-cam.partial.${end}`),
  );
  expect(JSON.parse(text(files[1]))).toMatchObject({ partial: 0.4 });
});

test('classes, models and views are told apart in names, which stay short', () => {
  const about = { model: 'C:\\nets\\resnet50.onnx', layer: 'layer2/3/relu', method: 'relevance-cam' };
  expect(fileStem({ ...about, label: 'zebra' })).toBe('resnet50.layer2.3.relu.zebra.relevance-cam');
  expect(fileStem({ ...about, label: 'crane #134' })).toContain('.crane_134.');
  expect(fileStem({ ...about, layer: null, method: null, label: 'cup' })).toBe('resnet50.cup');
  expect(fileStem({ ...about, label: 'n01440764 tench, '.repeat(20) }).length).toBeLessThan(130);
});

test('nine digits tell every float32 from every other', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      expect(Math.fround(float32Digits(value)) === value).toBe(true);
    }),
  );
});

test('the weights, heaviest first, with their share', async () => {
  const [file] = await run('weights');
  expect(text(file)).toBe('channel,weight,share\r\n2,0.75,0.375\r\n0,0.25,0.125\r\n1,-1,0.5\r\n');
});

test('a method without weights has no file of weights, and none in the raw values', async () => {
  const unweighed: LayerExplanation = { ...layer, weights: null, top: [], relevanceSum: null };
  const asked: ExportRequest = { ...request, method: 'layer-cam', kinds: ['raw', 'weights'] };
  const files = await exportLayer(
    asked,
    info,
    { ...explanation, method: 'layer-cam', layers: [unweighed] },
    picture,
  );
  expect(files.map(({ name }) => name)).toEqual(['map.npy', 'json'].map((end) => `${STEM}.layer-cam.${end}`));
  expect(JSON.parse(text(files[1]))).toMatchObject({ weights: null, top: [], relevanceSum: null });
});

test('a layer that was not explained is named', async () => {
  const failure = await failureOf(exportLayer({ ...request, tensor: 'other' }, info, explanation, picture));
  expect(failure).toMatchObject({ code: 'unknownLayer', parameters: { layer: 'other' } });
});
