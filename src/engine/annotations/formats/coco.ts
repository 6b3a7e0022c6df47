import { basename, dirname, join } from 'node:path';
import { ANNOTATION_FOLDERS, COCO_FILE } from '../../../protocol/annotations.js';
import { saidOf } from '../pictureIndex.js';
import { readCoco } from './cocoIndex.js';
import type { Format } from './format.js';

/** Boxes, polygons and masks of many pictures in a JSON as COCO writes it. */
export const coco: Format = {
  endings: ['.json'],
  folders: (picture) => {
    const folder = dirname(picture);
    return [folder, dirname(folder), dirname(dirname(folder))].flatMap((above) => [
      above,
      ...ANNOTATION_FOLDERS.map((name) => join(above, name)),
    ]);
  },
  files: (listing, picture) => {
    const named = listing.endingWith('.json').filter((name) => COCO_FILE.test(name));
    if (named.length > MOST) return [];
    const ofFolder = basename(dirname(picture));
    return narrowed(
      narrowed(named, (name) => name.includes(ofFolder)),
      (name) => name.includes('instances'),
    );
  },
  read: async (file, picture, look) => saidOf(await look.index(file, readCoco), picture),
};

/** A folder of more has a file for each picture, which COCO has not. */
const MOST = 32;

/** Those that fit, if any do: COCO's files for training are large, and its captions and key points mark nothing new. */
function narrowed(names: readonly string[], fits: (name: string) => boolean): readonly string[] {
  const fitting = names.filter(fits);
  return fitting.length > 0 ? fitting : names;
}
