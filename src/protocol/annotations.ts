/** What somebody has marked in a picture, read from files beside it. */

import type { EngineFailure } from './errors.js';
import type { Rectangle } from './explanation.js';

/** Folders beside a picture or its folder that hold its masks, its painted classes, its boxes as XML or JSON, its labels. */
export const MASK_FOLDER = 'masks';
export const SEGMENTATION_FOLDER = 'SegmentationClass';
/** Folders that hold no pictures to be explained. */
export const PAINTED_FOLDERS = [MASK_FOLDER, SEGMENTATION_FOLDER, 'SegmentationObject'];
export const ANNOTATION_FOLDERS = ['Annotations', 'annotations'];
export const LABEL_FOLDER = 'labels';

/** Whether a picture is a mask beside the picture that it belongs to, by its name. */
export function isMask(name: string): boolean {
  return name.toLowerCase().endsWith('.mask.png');
}

/** Tables in the picture's folder or the one above it. */
export const CSV_FILES = ['boxes.csv', 'annotations.csv', 'labels.csv', 'classes.csv'];
/** What a JSON about many pictures is called, where nobody names it. */
export const COCO_FILE = /(?:coco|instances|annotations|train|val|test).*\.json$/i;
/** Files that say what the classes of labels are called, the surest first. */
export const NAME_FILES = [
  'data.yaml',
  'data.yml',
  'dataset.yaml',
  'dataset.yml',
  'classes.txt',
  'obj.names',
];

export interface Annotations {
  readonly regions: readonly Region[];
  /** One for every file that could not be used. */
  readonly failures: readonly EngineFailure[];
}

export interface Region {
  /** Name, without its folder, of the file it is from. */
  readonly file: string;
  /** What the file calls it; null for a mask of whatever the picture shows. */
  readonly name: string | null;
  /** The model's class of that name; null where it has none. */
  readonly target: number | null;
  readonly shape: RegionShape;
}

/** What is outlined in a picture, on the model's input. */
export interface Marks {
  readonly shapes: readonly RegionShape[];
  readonly inputWidth: number;
  readonly inputHeight: number;
}

export type RegionShape =
  /** In pixels of the model's input; fractions are kept, and the edges may lie outside. */
  | { readonly kind: 'box'; readonly box: Rectangle }
  /** Of the input's size, row by row: 1 inside, 0 outside. */
  | { readonly kind: 'mask'; readonly width: number; readonly height: number; readonly inside: Uint8Array };
