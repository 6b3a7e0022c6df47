import sharp from 'sharp';
import { expect, test } from 'vitest';
import { loadThumbnail } from '../../../src/engine/image/thumbnail.js';
import { temporaryFolder } from './helpers.js';

const folder = temporaryFolder();

test.each(['png', 'jpeg', 'webp', 'tiff'] as const)(
  'a %s in small keeps its proportions and colours',
  async (format) => {
    const picture = sharp({ create: { width: 600, height: 300, channels: 3, background: '#c86432' } });
    const path = await folder.write(`picture.${format}`, await picture.toFormat(format).toBuffer());
    const { width, height, rgba } = await loadThumbnail({ path, side: 100 });
    expect([width, height, rgba.length]).toEqual([100, 50, 4 * 100 * 50]);
    const middle = 4 * (25 * 100 + 50);
    [200, 100, 50, 255].forEach((value, band) => {
      expect(Math.abs((rgba[middle + band] ?? 0) - value)).toBeLessThanOrEqual(4);
    });
  },
);

test('grey and transparency are shown; a small picture stays as it is; upright as its data say', async () => {
  const grey = await sharp(Buffer.alloc(8, 90), { raw: { width: 4, height: 2, channels: 1 } })
    .png()
    .toBuffer();
  const shown = await loadThumbnail({ path: await folder.write('grey.png', grey), side: 100 });
  expect(shown).toMatchObject({ width: 4, height: 2 });
  expect(Array.from(shown.rgba.subarray(0, 4))).toEqual([90, 90, 90, 255]);

  const clear = { width: 8, height: 4, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } } as const;
  const turned = await sharp({ create: clear }).withMetadata({ orientation: 6 }).png().toBuffer();
  const upright = await loadThumbnail({ path: await folder.write('turned.png', turned), side: 100 });
  expect(upright).toMatchObject({ width: 4, height: 8 });
  expect(Array.from(upright.rgba.subarray(0, 4))).toEqual([255, 255, 255, 255]);
});
