import { basename } from 'node:path';
import type { ClassNames } from '../../labels/classNames.js';
import type { Region, RegionShape } from '../../protocol/annotations.js';
import type { AnnotationsRequest } from '../../protocol/engineApi.js';
import { classNamer } from '../../protocol/distinctLabels.js';
import type { Rectangle } from '../../protocol/explanation.js';
import { cropOf } from '../image/fit.js';
import type { Mark, MarkShape, Mask, Polygons, Size } from './mark.js';
import { fillPolygons } from './polygons.js';
import { NO_TURN, turnFor, type Turn } from './turn.js';

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
  const label = typeof name === 'number' ? classNamer(request.labels)(target ?? name) : name;
  return { file: basename(file), name: label, target, shape: await shapeOf(shape, request) };
}

async function shapeOf(shape: MarkShape, request: AnnotationsRequest): Promise<RegionShape> {
  const marked = shape.kind === 'outline' ? await shape.read() : shape;
  const of = marked.kind === 'mask' ? marked : (marked.of ?? request);
  const turn = await turnFor(of, request);
  switch (marked.kind) {
    case 'box':
      return { kind: 'box', box: boxInInput(boxInPicture(marked.box, of, turn, request), request) };
    case 'polygons':
      return polygonRegion(marked, of, turn, request);
    case 'mask':
      return maskRegion(marked, turn, request);
  }
}

function boxInPicture(box: Rectangle, of: Size, turn: Turn, { width, height }: Size): Rectangle {
  const [scaleX, scaleY] = [width / of.width, height / of.height];
  if (turn === NO_TURN)
    return { x: box.x * scaleX, y: box.y * scaleY, width: box.width * scaleX, height: box.height * scaleY };
  const corner = turn.to(box.x / of.width, box.y / of.height);
  const other = turn.to((box.x + box.width) / of.width, (box.y + box.height) / of.height);
  const [x, y] = [Math.min(corner[0], other[0]) * width, Math.min(corner[1], other[1]) * height];
  const [right, bottom] = [Math.max(corner[0], other[0]) * width, Math.max(corner[1], other[1]) * height];
  return { x, y, width: right - x, height: bottom - y };
}

function boxInInput(box: Rectangle, { width, height, preprocessing }: AnnotationsRequest): Rectangle {
  const crop = cropOf(width, height, preprocessing);
  const scaleX = preprocessing.inputWidth / crop.width;
  const scaleY = preprocessing.inputHeight / crop.height;
  return {
    x: (box.x - crop.x) * scaleX,
    y: (box.y - crop.y) * scaleY,
    width: box.width * scaleX,
    height: box.height * scaleY,
  };
}

function polygonRegion(
  { polygons }: Polygons,
  of: Size,
  turn: Turn,
  { width, height, preprocessing }: AnnotationsRequest,
): RegionShape {
  const { inputWidth, inputHeight } = preprocessing;
  const crop = cropOf(width, height, preprocessing);
  const inInput = polygons.map((polygon) =>
    pairsOf(polygon).flatMap(([x, y]) => {
      const [partX, partY] = turn.to(x / of.width, y / of.height);
      return [
        ((partX * width - crop.x) * inputWidth) / crop.width,
        ((partY * height - crop.y) * inputHeight) / crop.height,
      ];
    }),
  );
  const inside = fillPolygons(inInput, inputWidth, inputHeight);
  return { kind: 'mask', width: inputWidth, height: inputHeight, inside };
}

function pairsOf(numbers: readonly number[]): readonly (readonly [number, number])[] {
  return Array.from({ length: numbers.length >> 1 }, (_, at) => [
    numbers[2 * at] ?? NaN,
    numbers[2 * at + 1] ?? NaN,
  ]);
}

/** One byte per pixel of the model's input, taken at the pixel's centre. */
function maskRegion(mask: Mask, turn: Turn, request: AnnotationsRequest): RegionShape {
  const { width, height, preprocessing } = request;
  const { inputWidth, inputHeight } = preprocessing;
  const crop = cropOf(width, height, preprocessing);
  const inside = new Uint8Array(inputWidth * inputHeight);
  for (let y = 0; y < inputHeight; y++) {
    const partY = (crop.y + ((y + 0.5) / inputHeight) * crop.height) / height;
    for (let x = 0; x < inputWidth; x++) {
      const partX = (crop.x + ((x + 0.5) / inputWidth) * crop.width) / width;
      const [column, row] = turn.back(partX, partY);
      inside[y * inputWidth + x] = isMarked(mask, column, row) ? 1 : 0;
    }
  }
  return { kind: 'mask', width: inputWidth, height: inputHeight, inside };
}

/** Nothing is marked beside the picture, where a letterbox is padded. */
function isMarked({ width, height, values }: Mask, partX: number, partY: number): boolean {
  const isInside = partX >= 0 && partX < 1 && partY >= 0 && partY < 1;
  return isInside && values[Math.floor(partY * height) * width + Math.floor(partX * width)] !== 0;
}
