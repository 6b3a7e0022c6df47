import { dirname, join } from 'node:path';
import { fail } from '../../failure.js';
import { readTextIfPresent } from '../../files.js';

export interface PaintedClass {
  /** null for what is of no class. */
  readonly name: string | null;
  /** Red, green and blue as one number. */
  readonly colour: number;
}

/**
 * The classes of the painted pictures of a folder, in the order of their numbers: those that a `labelmap.txt` there or
 * beside the folder lists, as CVAT writes it; else Pascal VOC's.
 * @throws cannotRead, badAnnotations
 */
export async function paintedClasses(folder: string): Promise<readonly PaintedClass[]> {
  for (const place of [folder, dirname(folder)]) {
    const file = join(place, 'labelmap.txt');
    const text = await readTextIfPresent(file);
    if (text !== null) return parseLabelMap(text, file);
  }
  return VOC;
}

const NO_CLASS = /^_?(background|void|ignore|unlabell?ed)_?$/i;

function parseLabelMap(text: string, file: string): readonly PaintedClass[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const [, name = '', ...colour] = /^(.+?):(\d+),(\d+),(\d+)(?::|\s*$)/.exec(line) ?? [];
    if (name === '')
      throw fail('badAnnotations', { file, reason: `line ${index + 1} is not "name:red,green,blue"` });
    return [classOf(name.trim(), colour.map(Number))];
  });
}

function classOf(name: string, [red = 0, green = 0, blue = 0]: readonly number[]): PaintedClass {
  return { name: NO_CLASS.test(name) ? null : name, colour: (red << 16) | (green << 8) | blue };
}

const VOC_NAMES = [
  'background',
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
].concat(
  ['chair', 'cow', 'diningtable', 'dog', 'horse', 'motorbike', 'person', 'pottedplant', 'sheep', 'sofa'],
  ['train', 'tvmonitor'],
);

/** The borders between objects. */
const VOC_BORDER = classOf('void', [224, 224, 192]);

const VOC: readonly PaintedClass[] = [
  ...VOC_NAMES.map((name, number) => classOf(name, vocColour(number))),
  VOC_BORDER,
];

/** The bits of the number, lowest first, are in turn the highest bits of red, green and blue, then the next. */
function vocColour(number: number): readonly number[] {
  return [0, 1, 2].map((band) => {
    let value = 0;
    for (let bit = 0; 3 * bit + band < 8; bit++) value |= ((number >> (3 * bit + band)) & 1) << (7 - bit);
    return value;
  });
}
