import { dirname, join, sep } from 'node:path';
import { LABEL_FOLDER, NAME_FILES } from '../../../protocol/annotations.js';
import { fail } from '../../failure.js';
import { readTextIfPresent } from '../../files.js';
import type { Look } from '../look.js';
import type { Mark, MarkShape } from '../mark.js';
import { stemOf } from '../stem.js';
import type { Format } from './format.js';
import type { YoloNames } from './yoloNames.js';

/**
 * A text file of the picture's name with a line for each object, as Ultralytics' programs and labelImg write it: the number
 * of its class and a box or a polygon, in parts of the picture. What the classes are called, another file says.
 */
export const yolo: Format = {
  endings: ['.txt', '.yaml', '.yml'],
  folders: (picture) => labelFolders(dirname(picture)),
  files: (listing, picture) =>
    [`${stemOf(picture)}.txt`].filter((name) => listing.has(name) && !NAME_FILES.includes(name)),
  read: async (file, picture, look) => {
    if (!file.toLowerCase().endsWith('.txt')) return readWithNames(file, picture, look);
    if (stemOf(file) !== stemOf(picture)) return [];
    const names = await namesAbove(dirname(file), look);
    if (names !== null) return parseYolo(file, names);
    // Beside a picture such a file may as well be its caption.
    if (dirname(file) === dirname(picture)) return [];
    const reason = `no ${NAME_FILES.join(', ')} beside it or above says what its classes are called`;
    throw fail('badAnnotations', { file, reason });
  },
};

/** `labels` in place of the last `images`, as Ultralytics' programs have it, and else beside the picture. */
function labelFolders(folder: string): readonly string[] {
  const parts = folder.split(sep);
  const images = parts.lastIndexOf('images');
  return [
    ...(images >= 0 ? [parts.with(images, LABEL_FOLDER).join(sep)] : []),
    folder,
    join(folder, LABEL_FOLDER),
    join(dirname(folder), LABEL_FOLDER),
  ];
}

/** The labels for which somebody names the file with the names. */
async function readWithNames(namesFile: string, picture: string, look: Look): Promise<readonly Mark[]> {
  const folders = [...labelFolders(dirname(picture)), join(dirname(namesFile), LABEL_FOLDER)];
  for (const folder of folders) {
    const listing = await look.list(folder);
    const [name] = yolo.files(listing, picture);
    if (name !== undefined) return parseYolo(listing.path(name), await look.yoloNames(namesFile));
  }
  return [];
}

/** How many folders above that of the labels may hold the names: dataset/labels/train. */
const LEVELS = 3;

async function namesAbove(folder: string, look: Look): Promise<YoloNames | null> {
  let above = folder;
  for (let level = 0; level < LEVELS; level++, above = dirname(above)) {
    const listing = await look.list(above);
    const name = NAME_FILES.find((known) => listing.has(known));
    if (name !== undefined) return look.yoloNames(listing.path(name));
  }
  return null;
}

/** @throws cannotRead, badAnnotations */
async function parseYolo(file: string, names: YoloNames): Promise<readonly Mark[]> {
  const text = (await readTextIfPresent(file)) ?? '';
  return text.split('\n').flatMap((line, index) => {
    const numbers = line.trim().split(/\s+/).map(Number);
    if (line.trim() === '') return [];
    const name = names.names.get(numbers[0] ?? NaN);
    const shape = shapeOf(numbers.slice(1), names.hasKeypoints);
    if (name !== undefined && shape !== null) return [{ file, name, shape }];
    const reason =
      shape === null
        ? `line ${index + 1} is neither "class x y width height" nor a class and the corners of a polygon`
        : `line ${index + 1} is of class ${numbers[0]}, which has no name`;
    throw fail('badAnnotations', { file, reason });
  });
}

/** Coordinates are parts of the picture. */
const UNIT = { width: 1, height: 1 };

/** What follows a class: centre and extent of a box, with a confidence or not, or three corners and more. */
function shapeOf(numbers: readonly number[], hasKeypoints: boolean): MarkShape | null {
  if (!numbers.every(Number.isFinite)) return null;
  const [x = 0, y = 0, width = 0, height = 0] = numbers;
  if (numbers.length === 4 || numbers.length === 5 || (hasKeypoints && numbers.length > 5)) {
    const box = { x: x - width / 2, y: y - height / 2, width, height };
    return width > 0 && height > 0 ? { kind: 'box', box, of: UNIT } : null;
  }
  if (numbers.length < 6 || numbers.length % 2 === 1) return null;
  const outline = { kind: 'polygons', polygons: [numbers], of: UNIT } as const;
  return { kind: 'outline', area: areaWithin(numbers), read: () => Promise.resolve(outline) };
}

/** By the shoelace formula. */
function areaWithin(polygon: readonly number[]): number {
  let twice = 0;
  for (let at = 0; at < polygon.length; at += 2) {
    const next = (at + 2) % polygon.length;
    twice += (polygon[at] ?? 0) * (polygon[next + 1] ?? 0) - (polygon[next] ?? 0) * (polygon[at + 1] ?? 0);
  }
  return Math.abs(twice) / 2;
}
