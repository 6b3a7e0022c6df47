// What the model gets of a picture, where it does not look like what is shown.
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { loadPicture } from '../../../src/engine/image/picture.js';
import type { Picture } from '../../../src/protocol/explanation.js';
import type { Preprocessing } from '../../../src/protocol/model.js';
import { IMAGENET } from '../models.js';
import { temporaryFolder } from './helpers.js';

const folder = temporaryFolder();
const AS_IT_IS: Preprocessing = { ...IMAGENET, resize: 4, inputWidth: 4, inputHeight: 4 };

async function load(
  size: { readonly width: number; readonly height: number },
  pixel: readonly number[],
  change: Partial<Preprocessing> = {},
): Promise<Picture> {
  const { width, height } = size;
  const channels = pixel.length === 4 ? 4 : 3;
  const bytes = Uint8Array.from({ length: channels * width * height }, (_, i) => pixel[i % channels] ?? 0);
  const png = await sharp(bytes, { raw: { width, height, channels } }).png().toBuffer();
  const file = await folder.write('picture.png', png);
  return loadPicture({ path: file, preprocessing: { ...AS_IT_IS, ...change }, maxSide: 64 });
}

const pixelOf = ({ seen }: Picture, index: number): readonly number[] =>
  Array.from(seen?.rgba.subarray(4 * index, 4 * index + 4) ?? []);

test('transparency is shown on white and dropped for the model', async () => {
  const picture = await load({ width: 4, height: 4 }, [200, 100, 50, 0]);
  expect(Array.from(picture.rgba.subarray(0, 4))).toEqual([255, 255, 255, 255]);
  expect(picture.seen).toMatchObject({ width: 4, height: 4 });
  expect(pixelOf(picture, 5)).toEqual([200, 100, 50, 255]);
});

test('a picture that is only cropped and resized looks the same', async () => {
  expect((await load({ width: 12, height: 8 }, [200, 100, 50])).seen).toBeNull();
  expect((await load({ width: 12, height: 8 }, [200, 100, 50, 255])).seen).toBeNull();
});

test('a letterbox has its colour around the picture, which is squashed by none', async () => {
  const letterbox = { fit: 'letterbox', padColor: [1, 2, 3] } as const;
  const picture = await load({ width: 8, height: 4 }, [200, 100, 50], letterbox);
  expect(pixelOf(picture, 0)).toEqual([1, 2, 3, 255]);
  expect(pixelOf(picture, 4)).toEqual([200, 100, 50, 255]);
  expect(pixelOf(picture, 12)).toEqual([1, 2, 3, 255]);
});

test('grey is the luma, as Pillow computes it', async () => {
  const grey = { channelOrder: 'grey', mean: [0], std: [1] } as const;
  const [first, ...others] = pixelOf(await load({ width: 4, height: 4 }, [200, 100, 50], grey), 0);
  // (299 · 200 + 587 · 100 + 114 · 50) / 1000
  expect(first).toBe(124);
  expect(others).toEqual([124, 124, 255]);
});
