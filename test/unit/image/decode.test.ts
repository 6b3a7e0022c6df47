import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePicture, USUAL_READING, type DecodedPicture } from '../../../src/engine/image/decode.js';
import pillow from '../../fixtures/pictures/expected.json' with { type: 'json' };
import { failureOf, temporaryFolder } from './helpers.js';

const folder = temporaryFolder();
const PICTURES = 'test/fixtures/pictures';

const [RED, GREEN, BLUE, YELLOW] = [
  [220, 30, 40],
  [20, 180, 60],
  [30, 40, 200],
  [240, 220, 50],
] as const;
type Color = readonly [number, number, number];

/** 32 × 16: red and green above, blue and yellow below. */
const WIDTH = 32;
const HEIGHT = 16;
const PATTERN = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
  const row = y < HEIGHT / 2 ? [RED, GREEN] : [BLUE, YELLOW];
  return row[x < WIDTH / 2 ? 0 : 1]?.[i % 3] ?? 0;
});
const pattern = (): Sharp => sharp(PATTERN, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });

/** The colours in the middle of the four quarters, row by row. */
function quarters({ width, height, rgb }: DecodedPicture): number[][] {
  return [0.25, 0.75].flatMap((y) =>
    [0.25, 0.75].map((x) => {
      const at = 3 * (Math.floor(y * height) * width + Math.floor(x * width));
      return [...rgb.subarray(at, at + 3)];
    }),
  );
}

function expectColors(picture: DecodedPicture, expected: readonly Color[], tolerance: number): void {
  quarters(picture).forEach((color, i) => {
    color.forEach((value, channel) => {
      expect(
        Math.abs(value - (expected[i]?.[channel] ?? NaN)),
        `quarter ${i}, channel ${channel}`,
      ).toBeLessThanOrEqual(tolerance);
    });
  });
}

const QUARTERS: readonly Color[] = [RED, GREEN, BLUE, YELLOW];

describe('formats', () => {
  test.each<[string, (picture: Sharp) => Sharp, number]>([
    ['picture.png', (picture) => picture.png(), 0],
    ['palette.png', (picture) => picture.png({ palette: true }), 2],
    ['picture.webp', (picture) => picture.webp({ lossless: true }), 0],
    ['picture.tiff', (picture) => picture.tiff({ compression: 'lzw' }), 0],
    ['picture.gif', (picture) => picture.gif(), 4],
    ['picture.jpg', (picture) => picture.jpeg({ quality: 95 }), 4],
    ['progressive.jpg', (picture) => picture.jpeg({ quality: 95, progressive: true }), 4],
    ['picture.avif', (picture) => picture.avif({ lossless: true }), 2],
  ])('%s', async (name, encode, tolerance) => {
    const picture = await decodePicture(await folder.write(name, await encode(pattern()).toBuffer()));
    expect([picture.width, picture.height, picture.rgb.length]).toEqual([WIDTH, HEIGHT, 3 * WIDTH * HEIGHT]);
    expectColors(picture, QUARTERS, tolerance);
  });

  test('of an animated gif the first frame', async () => {
    const frame = ([r, g, b]: Color): Promise<Buffer> =>
      sharp({ create: { width: 8, height: 8, channels: 3, background: { r, g, b } } })
        .png()
        .toBuffer();
    const frames = [await frame(RED), await frame(BLUE)];
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const picture = await decodePicture(await folder.write('animated.gif', gif));
    expect([picture.width, picture.height]).toEqual([8, 8]);
    expectColors(picture, [RED, RED, RED, RED], 2);
  });

  test('the name does not matter', async () => {
    const picture = await decodePicture(
      await folder.write('really-a-png.jpg', await pattern().png().toBuffer()),
    );
    expectColors(picture, QUARTERS, 0);
  });
});

describe('BMP', () => {
  /** A file with a BITMAPINFOHEADER; rows as they stand in the file, padded here to 4 bytes. */
  function bmp(
    bits: number,
    width: number,
    height: number,
    rows: readonly number[][],
    palette: readonly number[] = [],
  ): Uint8Array {
    const pixels = rows.flatMap((row) => [...row, ...Array.from({ length: -row.length & 3 }, () => 0)]);
    const offset = 54 + palette.length;
    const bytes = new Uint8Array(offset + pixels.length);
    const view = new DataView(bytes.buffer);
    bytes.set([0x42, 0x4d]);
    [
      [2, bytes.length],
      [10, offset],
      [14, 40],
      [18, width],
      [22, height],
      [34, pixels.length],
    ].forEach(([at = 0, value = 0]) => {
      view.setInt32(at, value, true);
    });
    view.setUint16(26, 1, true);
    view.setUint16(28, bits, true);
    view.setUint32(46, palette.length / 4, true);
    bytes.set(palette, 54);
    bytes.set(pixels, offset);
    return bytes;
  }
  const bgr = ([r, g, b]: Color): number[] => [b, g, r];

  test.each<[string, Uint8Array]>([
    [
      '24 bits, bottom up',
      bmp(24, 2, 2, [
        [...bgr(BLUE), ...bgr(YELLOW)],
        [...bgr(RED), ...bgr(GREEN)],
      ]),
    ],
    [
      '24 bits, top down',
      bmp(24, 2, -2, [
        [...bgr(RED), ...bgr(GREEN)],
        [...bgr(BLUE), ...bgr(YELLOW)],
      ]),
    ],
    [
      '32 bits, the fourth byte unused',
      bmp(32, 2, 2, [
        [...bgr(BLUE), 0, ...bgr(YELLOW), 0],
        [...bgr(RED), 0, ...bgr(GREEN), 0],
      ]),
    ],
    [
      '8 bits with a palette',
      bmp(
        8,
        2,
        2,
        [
          [2, 3],
          [0, 1],
        ],
        QUARTERS.flatMap((color) => [...bgr(color), 0]),
      ),
    ],
    [
      '4 bits with a palette',
      bmp(
        4,
        2,
        2,
        [[0x23], [0x01]],
        QUARTERS.flatMap((color) => [...bgr(color), 0]),
      ),
    ],
  ])('%s', async (_, bytes) => {
    expectColors(await decodePicture(await folder.write('picture.bmp', bytes)), QUARTERS, 0);
  });

  test.each([24, 32])('%i bits, with something behind the pixels', async (bits) => {
    const more = bits === 32 ? [0] : [];
    const whole = bmp(bits, 2, 2, [
      [...bgr(BLUE), ...more, ...bgr(YELLOW), ...more],
      [...bgr(RED), ...more, ...bgr(GREEN), ...more],
    ]);
    const file = await folder.write('more.bmp', Buffer.concat([whole, Buffer.from('more')]));
    expectColors(await decodePicture(file), QUARTERS, 0);
  });

  test('cut off', async () => {
    const whole = bmp(24, 2, 2, [
      [...bgr(BLUE), ...bgr(YELLOW)],
      [...bgr(RED), ...bgr(GREEN)],
    ]);
    const failure = await failureOf(decodePicture(await folder.write('cut.bmp', whole.subarray(0, 60))));
    expect(failure.code).toBe('truncatedPicture');
  });
});

describe('orientation by EXIF', () => {
  // Where the stored quarters (0 1 / 2 3) are seen, row by row.
  test.each<[number, readonly number[]]>([
    [1, [0, 1, 2, 3]],
    [2, [1, 0, 3, 2]],
    [3, [3, 2, 1, 0]],
    [4, [2, 3, 0, 1]],
    [5, [0, 2, 1, 3]],
    [6, [2, 0, 3, 1]],
    [7, [3, 1, 2, 0]],
    [8, [1, 3, 0, 2]],
  ])('%i', async (orientation, seen) => {
    const bytes = await pattern().withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    const picture = await decodePicture(await folder.write('turned.jpg', bytes));
    expect([picture.width, picture.height]).toEqual(orientation < 5 ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH]);
    expectColors(
      picture,
      seen.map((i) => QUARTERS[i] ?? RED),
      4,
    );
  });
});

describe('colours', () => {
  test('grey becomes three equal channels', async () => {
    const values = Uint8Array.of(0, 64, 128, 255);
    const bytes = await sharp(values, { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await sharp(bytes).metadata()).channels).toBe(1);
    const { rgb } = await decodePicture(await folder.write('grey.png', bytes));
    expect([...rgb]).toEqual([0, 0, 0, 64, 64, 64, 128, 128, 128, 255, 255, 255]);
  });

  test.each<[string, 1 | 3, string]>([
    ['colour', 3, 'rgb16'],
    ['grey', 1, 'grey16'],
  ])('16 bits of %s become their upper 8', async (_, channels, space) => {
    const values = Uint16Array.from({ length: 4 * channels }, (__, i) => i * 5000 + 300);
    const bytes = await sharp(values, { raw: { width: 2, height: 2, channels } })
      .toColourspace(space)
      .png()
      .toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    const { rgb } = await decodePicture(await folder.write('deep.png', bytes));
    const expected = [...values].flatMap((value) => Array.from({ length: 3 / channels }, () => value / 257));
    expected.forEach((value, i) => {
      expect(Math.abs((rgb[i] ?? NaN) - value)).toBeLessThanOrEqual(1);
    });
  });

  test('a colour profile is not applied, as training loaders do not', async () => {
    const bytes = await pattern().withIccProfile('p3').png().toBuffer();
    const stored = await sharp(bytes).keepIccProfile().raw().toBuffer();
    const { rgb } = await decodePicture(await folder.write('display-p3.png', bytes));
    expect([...rgb]).toEqual([...stored]);
    expect(Math.abs((stored[0] ?? 0) - RED[0])).toBeGreaterThan(8);
  });

  test('of 16 bits those that are used', async () => {
    const values = Uint16Array.of(0, 2048, 4095, 65535);
    const bytes = await sharp(values, { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const { rgb } = await decodePicture(await folder.write('twelve.png', bytes), {
      ...USUAL_READING,
      bitDepth: 12,
    });
    expect([...rgb].filter((_, i) => i % 3 === 0)).toEqual([0, 128, 255, 255]);
  });

  /** A row of grey in whole numbers, as TIFF 6.0 lays it out. */
  function greyTiff(values: Int16Array | Int32Array | Uint32Array | Uint16Array, format?: number): Buffer {
    const bits = 8 * values.BYTES_PER_ELEMENT;
    const tags = [
      ...[
        [256, values.length],
        [257, 1],
        [258, bits],
        [259, 1],
        [262, 1],
      ],
      ...[
        [273, 8],
        [277, 1],
        [278, 1],
        [279, values.byteLength],
        [339, format ?? (values instanceof Uint32Array ? 1 : 2)],
      ],
    ] as const;
    const data = Buffer.from(values.buffer);
    const directory = Buffer.alloc(2 + 12 * tags.length + 4);
    directory.writeUInt16LE(tags.length, 0);
    tags.forEach(([tag, value], index) => {
      const at = 2 + 12 * index;
      directory.writeUInt16LE(tag, at);
      directory.writeUInt16LE(4, at + 2);
      directory.writeUInt32LE(1, at + 4);
      directory.writeUInt32LE(value, at + 8);
    });
    const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
    head.writeUInt32LE(8 + data.length, 4);
    return Buffer.concat([head, data, directory]);
  }

  test.each([
    ['int16', Int16Array.of(-32_768, -16_384, 0, 32_767), [0, 64, 128, 255]],
    ['int32', Int32Array.of(-(2 ** 31), 0, 2 ** 30, 2 ** 31 - 1), [0, 128, 191, 255]],
    ['uint32', Uint32Array.of(0, 2 ** 30, 2 ** 31, 2 ** 32 - 1), [0, 64, 128, 255]],
  ])('whole numbers by their own range: %s', async (name, values, expected) => {
    const file = await folder.write(`${name}.tif`, greyTiff(values));
    const { rgb } = await decodePicture(file);
    expected.forEach((grey, pixel) => {
      expect(Math.abs((rgb[3 * pixel] ?? NaN) - grey)).toBeLessThanOrEqual(1);
    });
    const [black = 0, , , white = 0] = values;
    const wider = { ...USUAL_READING, floatRange: [black, 3 * white - 2 * black] as const };
    expect((await decodePicture(file, wider)).rgb.at(-1)).toBe(85);
  });

  test('floats of 16 bits are refused, for what libvips makes of them is something else', async () => {
    const file = await folder.write('half.tif', greyTiff(Uint16Array.of(0, 0x3800, 0x3c00), 3));
    expect((await failureOf(decodePicture(file))).code).toBe('damagedPicture');
  });

  test('of 16 bits with a sign those that are used', async () => {
    const file = await folder.write('signed.tif', greyTiff(Int16Array.of(-1, 0, 2048, 4095)));
    const { rgb } = await decodePicture(file, { ...USUAL_READING, bitDepth: 12 });
    expect([...rgb].filter((_, i) => i % 3 === 0)).toEqual([0, 0, 128, 255]);
  });

  test.each<[readonly [number, number], readonly number[]]>([
    [
      [0, 1],
      [0, 128, 255, 255],
    ],
    [
      [-1, 3],
      [64, 96, 128, 255],
    ],
  ])('floating-point values of black and white: %j', async (floatRange, expected) => {
    const reading = { ...USUAL_READING, floatRange };
    const { rgb } = await decodePicture(`${PICTURES}/float.tif`, reading);
    expect([...rgb].filter((_, i) => i % 3 === 0)).toEqual(expected);
  });
});

describe('as Pillow decodes', () => {
  test.each(Object.entries(pillow))('%s', async (name, { width, height, rgb }) => {
    const picture = await decodePicture(`${PICTURES}/${name}`);
    expect([picture.width, picture.height]).toEqual([width, height]);
    // Two decoders of JPEG round differently.
    const tolerance = name.endsWith('.jpg') ? 2 : 0;
    const differences = rgb.map((value, i) => Math.abs((picture.rgb[i] ?? NaN) - value));
    expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
  });

  test.each([
    ['sprite.png', [54.0, 14.7, 9.8]],
    ['wide.jpg', [168.5, 105.5, 80.6]],
    ['wide.png', [168.5, 105.5, 80.7]],
    ['rgb_nir.tif', [117.5, 112.5, 90]],
  ])('the mean colour of %s', async (name, expected) => {
    const { rgb, width, height } = await decodePicture(`${PICTURES}/${name}`);
    const mean = expected.map((_, channel) =>
      rgb.reduce((sum, value, i) => (i % 3 === channel ? sum + value : sum), 0),
    );
    mean.forEach((sum, channel) => {
      expect(Math.abs(sum / (width * height) - (expected[channel] ?? NaN))).toBeLessThanOrEqual(0.06);
    });
  });

  test('not turned upright where the setting says so', async () => {
    const asStored = { ...USUAL_READING, orientation: false };
    const { width, height } = await decodePicture(`${PICTURES}/turned.png`, asStored);
    expect([width, height]).toEqual([4, 3]);
  });
});

describe('failures', () => {
  test('a missing file and a folder cannot be read', async () => {
    const missing = await failureOf(decodePicture(folder.path('missing.png')));
    expect(missing).toMatchObject({ code: 'cannotRead', parameters: { reason: 'there is no such file' } });
    const directory = await failureOf(decodePicture(folder.path('.')));
    expect(directory).toMatchObject({ code: 'cannotRead', parameters: { reason: 'it is a folder' } });
  });
});
