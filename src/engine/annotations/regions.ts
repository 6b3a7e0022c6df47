import { basename } from 'node:path';
import type { ClassNames } from '../../labels/classNames.js';
import type { Region, RegionShape } from '../../protocol/annotations.js';
import type { AnnotationsRequest } from '../../protocol/engineApi.js';
import type { Rectangle } from '../../protocol/explanation.js';
import { cropOf } from '../image/fit.js';
import type { Mark, MarkShape, Mask, Size } from './mark.js';

/** The class that a mark is of; null where it is of none or of one of several of the name. */
export function targetOf(name: Mark['name'], classes: ClassNames): number | null {
  if (name === null) return null;
  return typeof name === 'string' ? classes.only(name) : classes.numbered(name);
}

/**
 * What is marked in the picture as a region of the model's input; null where only the class is said.
 * @throws what reading an outline throws
 */
export async function regionOf(
  { file, name, shape }: Mark,
  request: AnnotationsRequest,
  classes: ClassNames,
): Promise<Region | null> {
  if (shape === null) return null;
  const target = targetOf(name, classes);
  const label = typeof name === 'number' ? (request.labels[target ?? NaN] ?? String(name)) : name;
  return { file: basename(file), name: label, target, shape: await shapeOf(shape, request) };
}

async function shapeOf(shape: MarkShape, request: AnnotationsRequest): Promise<RegionShape> {
  if (shape.kind === 'box') return { kind: 'box', box: boxOf(shape.box, shape.of ?? request, request) };
  return maskOf(await shape.read(), request);
}

/** In pixels of the input. */
function boxOf(box: Rectangle, of: Size, { width, height, preprocessing }: AnnotationsRequest): Rectangle {
  const crop = cropOf(width, height, preprocessing);
  const scaleX = preprocessing.inputWidth / crop.width;
  const scaleY = preprocessing.inputHeight / crop.height;
  const [ownX, ownY] = [width / of.width, height / of.height];
  return {
    x: (box.x * ownX - crop.x) * scaleX,
    y: (box.y * ownY - crop.y) * scaleY,
    width: box.width * ownX * scaleX,
    height: box.height * ownY * scaleY,
  };
}

/** One byte per pixel of the model's input, taken at the pixel's centre. */
function maskOf(mask: Mask, { width, height, preprocessing }: AnnotationsRequest): RegionShape {
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
  return { kind: 'mask', width: inputWidth, height: inputHeight, inside };
}

/** null beside the picture, where a letterbox is padded. */
function cellAt(part: number, size: number): number | null {
  return part < 0 || part >= 1 ? null : Math.floor(part * size);
}
