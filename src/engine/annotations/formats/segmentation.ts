import { basename, dirname, join } from 'node:path';
import { SEGMENTATION_FOLDER } from '../../../protocol/annotations.js';
import { fail } from '../../failure.js';
import { readPicture } from '../../image/readPicture.js';
import type { Mark, Mask, Size } from '../mark.js';
import { stemOf } from '../stem.js';
import type { Format } from './format.js';
import { paintedClasses, type PaintedClass } from './paintedClasses.js';

/**
 * Pictures that show of each pixel which class it is of: by its colour, or in grey pictures by the class's number. The
 * classes are those of Pascal VOC where no `labelmap.txt` says others.
 */
export const segmentation: Format = {
  endings: ['.png'],
  folders: (picture) => {
    const folder = dirname(picture);
    return [folder, dirname(folder)].map((above) => join(above, SEGMENTATION_FOLDER));
  },
  files: (listing, picture) =>
    [`${stemOf(picture)}.png`].filter((name) => isPainted(listing.path(name)) && listing.has(name)),
  read: async (file, picture, { maxMegapixels }) => {
    if (!isPainted(file) || stemOf(file) !== stemOf(picture)) return [];
    const classes = await paintedClasses(dirname(file));
    return marksIn(file, await decode(file, maxMegapixels), classes);
  },
};

/** Whether a picture's pixels say their class: elsewhere they say only whether they are marked. */
export function isPainted(file: string): boolean {
  return basename(dirname(file)) === SEGMENTATION_FOLDER;
}

interface Painted extends Size {
  /** Of each pixel, row by row: red, green and blue as one number, or its grey. */
  readonly values: Int32Array;
  readonly isGrey: boolean;
}

/** A region of each class; of how many pixels it is, its area. @throws badAnnotations */
function marksIn(
  file: string,
  { values, isGrey, width, height }: Painted,
  classes: readonly PaintedClass[],
): readonly Mark[] {
  const areas = new Map<number, number>();
  for (const value of values) areas.set(value, (areas.get(value) ?? 0) + 1);
  return [...areas].flatMap(([value, area]): readonly Mark[] => {
    const painted = isGrey ? greyClass(classes, value) : classes.find(({ colour }) => colour === value);
    if (painted === undefined) throw fail('badAnnotations', { file, reason: unknownValue(value, isGrey) });
    if (painted.name === null) return [];
    const read = (): Promise<Mask> =>
      Promise.resolve({
        kind: 'mask',
        width,
        height,
        values: Uint8Array.from(values, (other) => (other === value ? 1 : 0)),
      });
    return [{ file, name: painted.name, shape: { kind: 'outline', area, read } }];
  });
}

/** What most data sets call what is of no class. */
const NOWHERE = 255;

function greyClass(classes: readonly PaintedClass[], value: number): PaintedClass | undefined {
  return value === NOWHERE ? { name: null, colour: value } : classes[value];
}

function unknownValue(value: number, isGrey: boolean): string {
  const what = isGrey
    ? `the number ${value}`
    : `the colour ${[value >> 16, (value >> 8) & 255, value & 255].join(',')}`;
  return `${what} is of no class; name the classes in a labelmap.txt with lines "name:red,green,blue"`;
}

function decode(file: string, maxMegapixels: number): Promise<Painted> {
  return readPicture(file, maxMegapixels, async (picture) => {
    const { data, info } = await picture
      .open(false)
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const isGrey = picture.space === 'b-w';
    const values = new Int32Array(width * height);
    for (let pixel = 0, at = 0; pixel < values.length; pixel++, at += channels) {
      const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
      values[pixel] = isGrey ? red : (red << 16) | (green << 8) | blue;
    }
    return { values, isGrey, width, height };
  });
}
