import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePicture } from '../../../src/engine/image/decode.js';
import { cropOf } from '../../../src/engine/image/fit.js';
import { loadPicture } from '../../../src/engine/image/picture.js';
import { preprocess } from '../../../src/engine/image/preprocess.js';
import type { Preprocessing } from '../../../src/protocol/model.js';
import { IMAGENET } from '../models.js';
import { temporaryFolder } from './helpers.js';

const folder = temporaryFolder();

describe('fit', () => {
  test('a picture of 500 × 375 is resized to 341 × 256 and cut in the middle', () => {
    // torchvision: Resize(256) gives 341 × 256; CenterCrop(224) starts at round(58.5) = 58 (half to even) and 16.
    const crop = cropOf(500, 375, IMAGENET);
    expect(crop.x).toBeCloseTo((58 * 500) / 341, 9);
    expect(crop.y).toBeCloseTo((16 * 375) / 256, 9);
    expect(crop.width).toBeCloseTo((224 * 500) / 341, 9);
    expect(crop.height).toBeCloseTo((224 * 375) / 256, 9);
  });

  test('squash takes the whole picture', () => {
    const squash = { ...IMAGENET, fit: 'squash', resize: 224 } as const;
    expect(cropOf(500, 375, squash)).toEqual({ x: 0, y: 0, width: 500, height: 375 });
  });

  test('squash with a larger `resize` cuts the centre out of a square', () => {
    // DeiT: Resize((256, 256)), CenterCrop(224): a margin of 16 of 256 at each edge.
    const crop = cropOf(512, 256, { ...IMAGENET, fit: 'squash', resize: 256 });
    expect(crop).toEqual({ x: 32, y: 16, width: 448, height: 224 });
  });

  test('a letterbox reaches over the picture', () => {
    // Ultralytics: 500 × 375 becomes 224 × 168, with 28 rows above and below.
    const crop = cropOf(500, 375, { ...IMAGENET, fit: 'letterbox', resize: 224 });
    expect(crop.x).toBeCloseTo(0, 9);
    expect(crop.y).toBeCloseTo((-28 * 375) / 168, 9);
    expect([crop.width, crop.height]).toEqual([500, (224 * 375) / 168]);
  });

  test.each<[number, number, Partial<Preprocessing>]>([
    [10, 4000, {}],
    [1, 1, {}],
    [300, 400, { inputWidth: 320, inputHeight: 160, resize: 182 }],
    [333, 251, { resize: 224 }],
  ])('the crop of %i × %i never leaves the picture', (width, height, changes) => {
    const crop = cropOf(width, height, { ...IMAGENET, ...changes });
    expect(crop.x).toBeGreaterThanOrEqual(0);
    expect(crop.y).toBeGreaterThanOrEqual(0);
    expect(crop.x + crop.width).toBeLessThanOrEqual(width + 1e-9);
    expect(crop.y + crop.height).toBeLessThanOrEqual(height + 1e-9);
  });
});

test.each<[string, Partial<Preprocessing>, number, number]>([
  // 100 × 51 by its shorter side of 24: 47.06 × 24 in 32 × 32. Of 15 columns too many 7 or 8 go on the left.
  ['torchvision', {}, 8, 4],
  ['transformers', { rounding: 'transformers' }, 7, 4],
])('what is smaller than the input is in its middle, as %s rounds', (_, changes, left, top) => {
  const small = { ...IMAGENET, resize: 24, inputWidth: 32, inputHeight: 32, ...changes };
  const crop = cropOf(100, 51, small);
  expect(crop.x).toBeCloseTo((left * 100) / 47, 9);
  expect(crop.y).toBeCloseTo((-top * 51) / 24, 9);
});

describe('values', () => {
  // 2 × 1: one pixel of (255, 0, 51), one of (0, 102, 255).
  const picture = { width: 2, height: 1, rgb: Uint8Array.of(255, 0, 51, 0, 102, 255) };
  const plain: Preprocessing = {
    ...IMAGENET,
    fit: 'squash',
    resize: 2,
    inputWidth: 2,
    inputHeight: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  };

  function expectValues(changes: Partial<Preprocessing>, expected: readonly number[]): void {
    const input = preprocess(picture, { ...plain, ...changes });
    expect(input).toHaveLength(expected.length);
    expected.forEach((value, i) => {
      expect(input[i]).toBeCloseTo(value, 4);
    });
  }

  test('channels first', () => {
    expectValues({}, [1, 0, 0, 0.4, 0.2, 1]);
  });
  test('channels last', () => {
    expectValues({ layout: 'NHWC' }, [1, 0, 0.2, 0, 0.4, 1]);
  });
  test('mean and std apply per channel after the range', () => {
    const { mean, std } = IMAGENET;
    expectValues({ mean, std }, [
      0.515 / 0.229,
      -0.485 / 0.229,
      -0.456 / 0.224,
      -0.056 / 0.224,
      -0.206 / 0.225,
      0.594 / 0.225,
    ]);
  });
  test('−1 … 1', () => {
    expectValues({ range: [-1, 1] }, [1, -1, -1, -0.2, -0.6, 1]);
  });
  test('Caffe: blue first, 0 … 255, mean subtracted', () => {
    const caffe = { range: [0, 255], mean: [103.939, 116.779, 123.68], channelOrder: 'BGR' } as const;
    expectValues(caffe, [51 - 103.939, 255 - 103.939, -116.779, 102 - 116.779, 255 - 123.68, -123.68]);
  });
  test('grey by the luma of BT.601', () => {
    expectValues({ channelOrder: 'grey', mean: [0], std: [1] }, [0.299 + 0.2 * 0.114, 0.4 * 0.587 + 0.114]);
  });
});

test('a letterbox is padded with its colour, the smaller half first', () => {
  const picture = { width: 2, height: 1, rgb: Uint8Array.of(255, 0, 51, 0, 102, 255) };
  const input = preprocess(picture, {
    ...IMAGENET,
    fit: 'letterbox',
    resize: 4,
    padColor: [10, 20, 30],
    inputWidth: 2,
    inputHeight: 4,
    range: [0, 255],
    mean: [0, 0, 0],
    std: [1, 1, 1],
    layout: 'NHWC',
  });
  const padding = [10, 20, 30, 10, 20, 30];
  expect([...input]).toEqual([...padding, 255, 0, 51, 0, 102, 255, ...padding, ...padding].map(Math.fround));
});

describe('the picture for showing', () => {
  test('has what a letterbox adds, and all of it is the crop', async () => {
    const bytes = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#336699' } })
      .png()
      .toBuffer();
    const path = await folder.write('boxed.png', bytes);
    const picture = await loadPicture({
      path,
      maxSide: 100,
      preprocessing: { ...IMAGENET, fit: 'letterbox', resize: 224 },
    });
    expect(picture).toMatchObject({ width: 100, height: 100, originalWidth: 400, originalHeight: 200 });
    expect(picture.crop).toEqual({ x: 0, y: 0, width: 100, height: 100 });
    expect([...picture.rgba.subarray(0, 4)]).toEqual([114, 114, 114, 255]);
    expect([...picture.rgba.subarray(4 * 100 * 50, 4 * 100 * 50 + 4)]).toEqual([0x33, 0x66, 0x99, 255]);
  });

  test('has transparency on white and colours for a screen, unlike the model', async () => {
    const rgba = Uint8Array.of(200, 0, 0, 255, 200, 0, 0, 0);
    const bytes = await sharp(rgba, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const path = await folder.write('transparent.png', bytes);
    const { rgba: shown } = await loadPicture({ path, maxSide: 2, preprocessing: IMAGENET });
    expect([...shown]).toEqual([200, 0, 0, 255, 255, 255, 255, 255]);
    expect([...(await decodePicture(path)).rgb]).toEqual([200, 0, 0, 200, 0, 0]);
  });

  test('is reduced, and the crop with it', async () => {
    const bytes = await sharp({ create: { width: 1000, height: 500, channels: 3, background: '#336699' } })
      .png()
      .toBuffer();
    const path = await folder.write('wide.png', bytes);
    const picture = await loadPicture({ path, maxSide: 200, preprocessing: { ...IMAGENET, resize: 224 } });
    expect(picture).toMatchObject({ width: 200, height: 100, originalWidth: 1000, originalHeight: 500 });
    expect(picture.crop).toEqual({ x: 50, y: 0, width: 100, height: 100 });
    expect([...picture.rgba.subarray(0, 4)]).toEqual([0x33, 0x66, 0x99, 255]);
    expect(picture.rgba).toHaveLength(4 * 200 * 100);
  });

  test('is never enlarged, and its crop is at least a pixel', async () => {
    const bytes = await sharp({ create: { width: 900, height: 3, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const path = await folder.write('line.png', bytes);
    const picture = await loadPicture({ path, maxSide: 90, preprocessing: IMAGENET });
    expect([picture.width, picture.height]).toEqual([90, 1]);
    expect(picture.crop.x + picture.crop.width).toBeLessThanOrEqual(90);
    expect(picture.crop.width * picture.crop.height).toBeGreaterThan(0);
  });
});
