import { basename, extname } from 'node:path';
import type { Region } from '../../protocol/annotations.js';
import type { AnnotationsRequest } from '../../protocol/engineApi.js';
import type { Rectangle } from '../../protocol/explanation.js';
import type { ClassNames } from '../../labels/classNames.js';
import { cropOf } from '../image/fit.js';

/** A box as a file gives it. */
export interface MarkedBox {
  /** Of what it is a box; a number is a class's. */
  readonly name: string | number;
  /** In pixels of the picture. */
  readonly box: Rectangle;
}

/**
 * A box of the picture as a region of the model's input.
 * @param file path of the file that it is from
 */
export function regionOf(
  { name, box }: MarkedBox,
  file: string,
  request: AnnotationsRequest,
  classes: ClassNames,
): Region {
  const { width, height, preprocessing, labels } = request;
  const crop = cropOf(width, height, preprocessing);
  const scaleX = preprocessing.inputWidth / crop.width;
  const scaleY = preprocessing.inputHeight / crop.height;
  const scaled = {
    x: (box.x - crop.x) * scaleX,
    y: (box.y - crop.y) * scaleY,
    width: box.width * scaleX,
    height: box.height * scaleY,
  };
  const target = typeof name === 'string' ? classes.only(name) : classes.numbered(name);
  const label = typeof name === 'string' ? name : (labels[target ?? NaN] ?? String(name));
  return { file: basename(file), name: label, target, shape: { kind: 'box', box: scaled } };
}

/** A picture's file name without its ending. */
export function stemOf(path: string): string {
  return basename(path, extname(path));
}
