// What is told of files that are not decoded: by their content, in a sentence of our own, before anything large is read.
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import manifest from '../../../package.json';
import { decodePicture, USUAL_READING } from '../../../src/engine/image/decode.js';
import { ERROR_TEXTS } from '../../../src/protocol/errors.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../../../src/protocol/picture.js';
import { failureOf, temporaryFolder } from './helpers.js';

const folder = temporaryFolder();

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** What decoding is refused with; no word of a decoder may be in what the user reads. */
async function refusal(
  content: Uint8Array | string,
  maxMegapixels = DEFAULT_MAX_MEGAPIXELS,
): Promise<string> {
  const file = await folder.write('picture.jpg', content);
  const { code, parameters } = await failureOf(decodePicture(file, USUAL_READING, maxMegapixels));
  const text = ERROR_TEXTS[code].replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name]));
  expect(text).toContain(file);
  expect(text).not.toMatch(/vips|source:|linear|undefined|loader/i);
  return `${code} ${text}`;
}

const box = (brands: string): Buffer =>
  Buffer.concat([Buffer.of(0, 0, 0, brands.length + 8), latin1('ftyp'), latin1(brands)]);

/** A TIFF of one directory whose entries are whole numbers of four bytes. */
function tiff(tags: readonly (readonly [tag: number, value: number])[], isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(10 + 12 * tags.length + 4);
  const write = (value: number, at: number, size: number): unknown =>
    isLittle ? bytes.writeUIntLE(value, at, size) : bytes.writeUIntBE(value, at, size);
  bytes.write(isLittle ? 'II' : 'MM');
  write(42, 2, 2);
  write(8, 4, 4);
  write(tags.length, 8, 2);
  tags.forEach(([tag, value], i) => {
    write(tag, 10 + 12 * i, 2);
    write(4, 12 + 12 * i, 2);
    write(1, 14 + 12 * i, 4);
    write(value, 18 + 12 * i, 4);
  });
  return bytes;
}

describe('foreign formats', () => {
  test.each<[string, Uint8Array]>([
    ['HEIC', Buffer.concat([box('heic\0\0\0\0mif1heic'), Buffer.alloc(600)])],
    ['HEIC', box('mif1\0\0\0\0mif1heixmiaf')],
    ['HEIC', box('avci\0\0\0\0mif2avci')],
    ['Netpbm', latin1('P6\n2 2\n255\n')],
    ['Radiance HDR', latin1('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n')],
    ['QOI', latin1('qoif\0\0\0\x02')],
    ['FITS', latin1('SIMPLE  =                    T')],
    ['MP4', box('isom\0\0\x02\0isommp41')],
    ['SVG', latin1('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    [
      'SVG',
      Buffer.from('\ufeff<?xml version="1.0"?>\n<!-- <html> -->\n<!DOCTYPE svg>\n<svg width="9"></svg>'),
    ],
    ['PDF', latin1('%PDF-1.7\n')],
    ['DICOM', Buffer.concat([Buffer.alloc(128), latin1('DICM\x02\0')])],
    ['JPEG XL', latin1('\xff\x0a\xfa\x1f')],
    ['JPEG XL', latin1('\0\0\0\x0cJXL \r\n\x87\n')],
    ['JPEG 2000', latin1('\0\0\0\x0cjP  \r\n\x87\n')],
    ['JPEG 2000', latin1('\xff\x4f\xff\x51\0')],
    ['PSD', latin1('8BPS\0\x01')],
    ['NumPy', latin1('\x93NUMPY\x01\0')],
    ['camera raw', box('crx \0\0\0\x01crx isom')],
    ['camera raw', latin1('FUJIFILMCCD-RAW 0201')],
    ['camera raw', latin1('IIRO\x08\0\0\0')],
    ['camera raw', latin1('IIU\0\x18\0\0\0')],
    ['camera raw', latin1('II*\0\x10\0\0\0CR\x02\0')],
    ['camera raw', tiff([[50706, 0x0104]], true)],
    [
      'camera raw',
      tiff(
        [
          [254, 1],
          [330, 500],
        ],
        false,
      ),
    ],
  ])('%s', async (format, content) => {
    expect(await refusal(content)).toMatch(new RegExp(`^foreignPicture .* holds ${format}, .* PNG or JPEG`));
  });

  test('a Git LFS pointer', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    expect(await refusal(pointer)).toMatch(/^lfsPointer .*git lfs pull/);
  });

  test.each(['<!DOCTYPE html><title>Sign in', '\n<html lang="en"><svg></svg>', '<HTML>'])(
    'the web page %s',
    async (page) => {
      expect(await refusal(page)).toMatch(/^webPage /);
    },
  );

  test.each(['no picture at all', '<annotation/>', '\0\0\0\0', 'x'])(
    'what nobody knows: %s',
    async (text) => {
      expect(await refusal(text)).toMatch(/^notPicture .*PNG, JPEG/);
    },
  );

  test('an empty file', async () => {
    expect(await refusal('')).toMatch(/^emptyFile /);
  });
});

describe('size', () => {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([latin1(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  /** Grey, with next to none of its pixels. */
  function png(width: number, height: number): Buffer {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width);
    header.writeUInt32BE(height, 4);
    header.writeUInt8(8, 8);
    const parts = [
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(Buffer.alloc(64))),
      chunk('IEND', Buffer.of()),
    ];
    return Buffer.concat([latin1('\x89PNG\r\n\x1a\n'), ...parts]);
  }
  function bmp(width: number, height: number, compression = 0): Buffer {
    const bytes = Buffer.alloc(70);
    bytes.write('BM');
    bytes.writeUInt32LE(54, 10);
    bytes.writeUInt32LE(40, 14);
    bytes.writeInt32LE(width, 18);
    bytes.writeInt32LE(height, 22);
    bytes.writeUInt16LE(1, 26);
    bytes.writeUInt16LE(compression === 0 ? 24 : 8, 28);
    bytes.writeUInt32LE(compression, 30);
    return bytes;
  }

  test.each<[string, Buffer]>([
    ['png', png(20_000, 20_000)],
    ['bmp', bmp(20_000, 20_000)],
    ['bmp from the top down', bmp(20_000, -20_000)],
    ['compressed bmp', bmp(20_000, 20_000, 1)],
  ])('a %s of 400 megapixels in few bytes is refused by its header', async (_, bytes) => {
    const text = await refusal(bytes);
    expect(text).toMatch(/^tooManyPixels .*20000 × 20000 pixels, 400 megapixels.* limit is 100\./);
    expect(text).toContain('relevanceCam.maxMegapixels');
  });

  test('a bmp within the limit is refused before room is made for pixels that are not there', async () => {
    expect(await refusal(bmp(9_000, 9_000))).toMatch(/^truncatedPicture /);
  });

  test('an svg behind a picture’s first bytes is not drawn', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    for (const start of ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF89a', 'II*\0'])
      expect(await refusal(latin1(start + svg))).toMatch(/^(?:truncated|damaged)Picture /);
  });

  test('the limit is the user’s, and without one that of the setting', async () => {
    const { properties } = manifest.contributes.configuration;
    expect(properties['relevanceCam.maxMegapixels'].default).toBe(DEFAULT_MAX_MEGAPIXELS);
    const bytes = await sharp({ create: { width: 100, height: 100, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const file = await folder.write('square.png', bytes);
    expect((await decodePicture(file, USUAL_READING, 0.01)).width).toBe(100);
    expect(await refusal(bytes, 0.0099)).toMatch(/^tooManyPixels /);
  });
});

describe('of a format that is decoded', () => {
  const noise = sharp({
    create: {
      width: 120,
      height: 90,
      channels: 3,
      background: 'red',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });

  test.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)(
    'a %s that is cut short',
    async (format) => {
      const whole = await noise.clone().toFormat(format).toBuffer();
      for (const part of [0.5, 0.9])
        expect(await refusal(whole.subarray(0, whole.length * part))).toMatch(/^truncatedPicture /);
    },
  );

  test.each<[bands: number, kind: 'grey' | 'colour']>([
    [3, 'grey'],
    [4, 'grey'],
    [4, 'colour'],
    [5, 'colour'],
    [6, 'colour'],
  ])('of a tiff of %i bands that calls itself %s, the first three', async (bands, kind) => {
    const bytes = tiffOf(bands, kind);
    const { rgb } = await decodePicture(await folder.write('bands.tif', bytes));
    expect([...rgb.subarray(0, 6)]).toEqual([0, 1, 2, bands, bands + 1, bands + 2]);
    expect(rgb).toHaveLength(3 * 64);
  });

  test('a tiff of two bands that calls itself colour', async () => {
    expect(await refusal(tiffOf(2, 'colour'))).toMatch(/^unusualBands .* has 2 bands/);
  });

  /** 8 × 8 pixels; the numbers of all bands go up from 0. */
  function tiffOf(bands: number, kind: 'grey' | 'colour'): Buffer {
    const tags = [
      [256, 8],
      [257, 8],
      [258, 8],
      [259, 1],
      [262, kind === 'grey' ? 1 : 2],
      [277, bands],
      [278, 8],
    ] as const;
    const ends = [[279, 64 * bands]] as const;
    const header = tiff([...tags, [273, 0], ...ends], true);
    const pixels = Buffer.from(Array.from({ length: 64 * bands }, (_, i) => i % 256));
    return Buffer.concat([tiff([...tags, [273, header.length], ...ends], true), pixels]);
  }

  test('damaged anywhere, it is decoded or refused in a sentence', async () => {
    const formats = ['png', 'jpeg', 'webp', 'gif', 'tiff'] as const;
    const small = noise.clone().resize(12, 9);
    const whole = await Promise.all(formats.map((format) => small.clone().toFormat(format).toBuffer()));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...whole),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.integer({ min: 0, max: 255 }),
        async (bytes, part, value) => {
          const damaged = Buffer.from(bytes);
          damaged[Math.floor(part * damaged.length)] = value;
          const file = await folder.write('damaged', damaged);
          await decodePicture(file, USUAL_READING, 1).catch(() => refusal(damaged, 1));
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** CRC-32 as PNG has it. */
function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
