import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ClassNames } from '../../labels/classNames.js';
import { MASK_FOLDER, type Region } from '../../protocol/annotations.js';
import type { AnnotationsRequest } from '../../protocol/engineApi.js';
import { cropOf } from '../image/fit.js';
import { readPicture } from '../image/readPicture.js';
import { stemOf } from './regions.js';

/**
 * The masks of zebra.jpg in the first of their places: `zebra.mask.png` and `zebra.CLASS.mask.png` beside it;
 * `zebra.png` and `zebra.CLASS.png` in a folder `masks` there or beside its folder.
 * @throws what `readPicture` throws
 */
export async function masksBeside(
  request: AnnotationsRequest,
  classes: ClassNames,
  maxMegapixels: number,
): Promise<readonly Region[]> {
  const folder = dirname(request.path);
  const places = [
    { folder, ending: '.mask.png' },
    { folder: join(folder, MASK_FOLDER), ending: '.png' },
    { folder: join(dirname(folder), MASK_FOLDER), ending: '.png' },
  ];
  for (const place of places) {
    const regions: Region[] = [];
    for (const name of await namesIn(place.folder)) {
      const file = join(place.folder, name);
      const marked = file === request.path ? null : markedBy(name, stemOf(request.path), place.ending);
      if (marked === null) continue;
      const mask = await decode(file, maxMegapixels);
      regions.push(maskRegion(mask, { file, name: marked }, request, classes));
    }
    if (regions.length > 0) return regions;
  }
  return [];
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    // There is no such folder, or none that may be listed: nothing in it is meant for us.
    return [];
  }
}

/** What a file is a mask of, '' where its name does not say; null where it is no mask of the picture. */
function markedBy(name: string, stem: string, ending: string): string | null {
  if (!name.startsWith(stem) || !name.toLowerCase().endsWith(ending)) return null;
  const between = name.slice(stem.length, -ending.length);
  return between === '' || between.startsWith('.') ? between.slice(1) : null;
}

/** One byte per pixel of the model's input, taken at the pixel's centre. */
function maskRegion(
  mask: Mask,
  { file, name }: { readonly file: string; readonly name: string },
  request: AnnotationsRequest,
  classes: ClassNames,
): Region {
  const { width, height, preprocessing } = request;
  const { inputWidth, inputHeight } = preprocessing;
  const crop = cropOf(width, height, preprocessing);
  const inside = new Uint8Array(inputWidth * inputHeight);
  for (let y = 0; y < inputHeight; y++) {
    const row = cellAt((crop.y + ((y + 0.5) / inputHeight) * crop.height) / height, mask.height);
    for (let x = 0; x < inputWidth; x++) {
      const column = cellAt((crop.x + ((x + 0.5) / inputWidth) * crop.width) / width, mask.width);
      const isInside = row !== null && column !== null && mask.values[row * mask.width + column];
      inside[y * inputWidth + x] = isInside ? 1 : 0;
    }
  }
  const shape = { kind: 'mask', width: inputWidth, height: inputHeight, inside } as const;
  return { file: basename(file), name: name === '' ? null : name, target: classes.only(name), shape };
}

interface Mask {
  readonly width: number;
  readonly height: number;
  /** 0 where the picture is black or transparent. */
  readonly values: Uint8Array;
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
    data.forEach((value, at) => (values[Math.floor(at / channels)] ||= value));
    return { width, height, values };
  });
}

/** null beside the picture, where a letterbox is padded. */
function cellAt(part: number, size: number): number | null {
  return part < 0 || part >= 1 ? null : Math.floor(part * size);
}
