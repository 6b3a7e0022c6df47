import { basename, dirname, join } from 'node:path';
import { MASK_FOLDER } from '../../../protocol/annotations.js';
import { readPicture } from '../../image/readPicture.js';
import type { Mask } from '../mark.js';
import { stemOf } from '../stem.js';
import type { Format } from './format.js';
import { isPainted } from './segmentation.js';

/**
 * Pictures that are black or transparent outside of what they mark. Those of zebra.jpg: `zebra.mask.png` and
 * `zebra.CLASS.mask.png` beside it; `zebra.png` and `zebra.CLASS.png` in a folder of masks there or beside its folder.
 */
export const masks: Format = {
  endings: ['.png'],
  folders: (picture) => {
    const folder = dirname(picture);
    return [folder, join(folder, MASK_FOLDER), join(dirname(folder), MASK_FOLDER)];
  },
  files: (listing, picture) =>
    listing
      .beginningWith(`${stemOf(picture)}.`)
      .filter((name) => markedBy(listing.path(name), picture) !== null),
  read: (file, picture, { maxMegapixels }) => {
    const name = markedBy(file, picture);
    if (name === null) return Promise.resolve([]);
    const shape = { kind: 'outline', area: 0, read: () => decode(file, maxMegapixels) } as const;
    return Promise.resolve([{ file, name: name === '' ? null : name, shape }]);
  },
};

/** What a file is a mask of, '' where its name does not say; null where it is no mask of the picture. */
function markedBy(file: string, picture: string): string | null {
  const [name, stem] = [basename(file), stemOf(picture)];
  const isBeside = dirname(file) === dirname(picture);
  if (file === picture || !name.startsWith(`${stem}.`) || isPainted(file)) return null;
  const [, between = null] = /^(.*?)(?:\.mask)?\.png$/i.exec(name.slice(stem.length)) ?? [];
  if (isBeside && !/\.mask\.png$/i.test(name)) return null;
  return between === null ? null : between.slice(1);
}

function decode(file: string, maxMegapixels: number): Promise<Mask> {
  return readPicture(file, maxMegapixels, async (picture) => {
    const { data, info } = await picture
      .open(true)
      .flatten({ background: 'black' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const values = new Uint8Array(width * height);
    for (let pixel = 0; pixel < values.length; pixel++)
      for (let band = 0; band < channels; band++) values[pixel] ||= data[pixel * channels + band] ?? 0;
    return { kind: 'mask', width, height, values };
  });
}
