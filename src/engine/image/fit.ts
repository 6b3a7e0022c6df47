import type { Rectangle } from '../../protocol/explanation.js';
import { isCut, type Preprocessing } from '../../protocol/model.js';

/**
 * The part of a picture that becomes the model's input, in pixels of the picture; fractions of pixels are kept. A
 * letterbox reaches over the picture's edges.
 */
export function cropOf(width: number, height: number, preprocessing: Preprocessing): Rectangle {
  if (preprocessing.fit === 'letterbox') return letterboxAround(width, height, preprocessing);
  if (!isCut(preprocessing)) return { x: 0, y: 0, width, height };
  const { inputWidth, inputHeight } = preprocessing;
  const [scaledWidth, scaledHeight] = resized(width, height, preprocessing);
  const [scaleX, scaleY] = [width / scaledWidth, height / scaledHeight];
  return {
    x: roundHalfEven((scaledWidth - inputWidth) / 2) * scaleX,
    y: roundHalfEven((scaledHeight - inputHeight) / 2) * scaleY,
    width: inputWidth * scaleX,
    height: inputHeight * scaleY,
  };
}

/** Where a letterbox has the picture, in whole pixels of the input, as Ultralytics places it. */
export function letterboxOf(
  width: number,
  height: number,
  { inputWidth, inputHeight }: Preprocessing,
): Rectangle {
  const scale = Math.min(inputWidth / width, inputHeight / height);
  const innerWidth = Math.max(1, roundHalfEven(width * scale));
  const innerHeight = Math.max(1, roundHalfEven(height * scale));
  // Of an odd margin, the smaller half comes first.
  const [x, y] = [Math.floor((inputWidth - innerWidth) / 2), Math.floor((inputHeight - innerHeight) / 2)];
  return { x, y, width: innerWidth, height: innerHeight };
}

/** The input in pixels of the picture, larger than it. */
function letterboxAround(width: number, height: number, preprocessing: Preprocessing): Rectangle {
  const box = letterboxOf(width, height, preprocessing);
  const [scaleX, scaleY] = [width / box.width, height / box.height];
  return {
    x: -box.x * scaleX,
    y: -box.y * scaleY,
    width: preprocessing.inputWidth * scaleX,
    height: preprocessing.inputHeight * scaleY,
  };
}

/** The sides that the centre is cut out of. */
function resized(
  width: number,
  height: number,
  preprocessing: Preprocessing,
): readonly [width: number, height: number] {
  const { fit, resize } = preprocessing;
  if (fit === 'squash') return [resize, resize];
  const short = Math.min(width, height);
  const target = shorterSide(width, height, preprocessing);
  return [Math.floor((target * width) / short), Math.floor((target * height) / short)];
}

/** `resize`, as torchvision's Resize takes it; larger where the centre crop would else reach over the edge. */
function shorterSide(
  width: number,
  height: number,
  { resize, inputWidth, inputHeight }: Preprocessing,
): number {
  const short = Math.min(width, height);
  return Math.max(resize, Math.ceil((inputWidth * short) / width), Math.ceil((inputHeight * short) / height));
}

/** As Python's round(), which torchvision's CenterCrop places the crop by. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}
