import { basename, dirname, parse } from 'node:path';

import {
  ANNOTATION_FOLDERS,
  COCO_FILE,
  CSV_FILES,
  LABEL_FOLDER,
  MASK_FOLDER,
  NAME_FILES,
  SEGMENTATION_FOLDER,
} from '../../protocol/annotations.js';

/** Folders of annotations, by name. */
export const FOLDERS: readonly string[] = [
  ...[MASK_FOLDER, SEGMENTATION_FOLDER, LABEL_FOLDER],
  ...ANNOTATION_FOLDERS,
];

const OF_MANY: ReadonlySet<string> = new Set([...CSV_FILES, ...NAME_FILES, ...FOLDERS]);

/**
 * Whether a file in a folder of annotations or near the picture may mark something in the picture. What is exported
 * beside the picture, under its name and more, does not.
 */
export function mayMark(picture: string, file: string): boolean {
  const { name: stem, dir } = parse(picture);
  const name = basename(file);
  if (file === picture) return false;
  // Of a folder that comes or goes as a whole, what is in it is not reported.
  if (!name.startsWith(`${stem}.`)) return OF_MANY.has(name) || COCO_FILE.test(name);
  const ending = name.slice(stem.length).toLowerCase();
  return dirname(file) !== dir || ending.endsWith('.mask.png') || ending.lastIndexOf('.') === 0;
}
