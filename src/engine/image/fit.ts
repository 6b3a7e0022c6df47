import type { Rectangle } from '../../protocol/explanation.js';
import { isCut, type Preprocessing } from '../../protocol/model.js';

/**
 * The part of a picture that becomes the model's input, in pixels of the picture; fractions of pixels are kept. Where
 * something is added around the picture, it reaches over its edges.
 */
export function cropOf(width: number, height: number, preprocessing: Preprocessing): Rectangle {
  if (preprocessing.fit === 'cut') return cutOf(width, height, preprocessing);
  const { inputWidth, inputHeight } = preprocessing;
  const place = placeOf(width, height, preprocessing);
  return inPicture({ x: 0, y: 0, width: inputWidth, height: inputHeight }, place, width, height);
}

/** In whole pixels of the picture. */
function cutOf(width: number, height: number, preprocessing: Preprocessing): Rectangle {
  const { resize, inputWidth, inputHeight } = preprocessing;
  const short = Math.min(width, height);
  const cutWidth = Math.min(width, Math.floor((inputWidth / resize) * short));
  const cutHeight = Math.min(height, Math.floor((inputHeight / resize) * short));
  return {
    x: Math.floor((width - cutWidth) / 2),
    y: Math.floor((height - cutHeight) / 2),
    width: Math.max(1, cutWidth),
    height: Math.max(1, cutHeight),
  };
}

/** What a part of the input shows, in pixels of the picture, which lies in the input at `place`. */
export function inPicture(part: Rectangle, place: Rectangle, width: number, height: number): Rectangle {
  const [scaleX, scaleY] = [width / place.width, height / place.height];
  return {
    x: (part.x - place.x) * scaleX,
    y: (part.y - place.y) * scaleY,
    width: part.width === place.width ? width : part.width * scaleX,
    height: part.height === place.height ? height : part.height * scaleY,
  };
}

/** Where the resized picture lies, in whole pixels of the input, which may hold a part of it or more. */
export function placeOf(width: number, height: number, preprocessing: Preprocessing): Rectangle {
  const { inputWidth, inputHeight } = preprocessing;
  const [resizedWidth, resizedHeight] = resized(width, height, preprocessing);
  return {
    x: startOf(inputWidth - resizedWidth, preprocessing),
    y: startOf(inputHeight - resizedHeight, preprocessing),
    width: resizedWidth,
    height: resizedHeight,
  };
}

/** Of an odd margin, the smaller half comes first, unless transformers adds it to a crop. */
function startOf(margin: number, { fit, rounding }: Preprocessing): number {
  if (rounding !== 'torchvision' && fit !== 'letterbox') return 0 - Math.floor(-margin / 2);
  return margin < 0 ? 0 - roundHalfEven(-margin / 2) : Math.floor(margin / 2);
}

/** The picture's sides before it is cut or something is added to it. */
function resized(
  width: number,
  height: number,
  preprocessing: Preprocessing,
): readonly [width: number, height: number] {
  const { fit, resize, inputWidth, inputHeight, rounding } = preprocessing;
  if (fit === 'letterbox') return within(width, height, preprocessing);
  if (!isCut(preprocessing)) return [inputWidth, inputHeight];
  if (fit === 'squash') return [resize, resize];
  const short = Math.min(width, height);
  const target = shorterSide(width, height, preprocessing);
  const round = rounding === 'paddle' ? roundHalfEven : Math.floor;
  return [round((target * width) / short), round((target * height) / short)];
}

/** All of the picture within the input's proportions, of which `resize` is the longer side; as Ultralytics or Donut rounds it. */
function within(
  width: number,
  height: number,
  { resize, inputWidth, inputHeight, rounding }: Preprocessing,
): readonly [width: number, height: number] {
  const longer = Math.max(inputWidth, inputHeight);
  const boxed = (side: number): number => Math.floor((side * resize) / longer);
  const scale = Math.min(boxed(inputWidth) / width, boxed(inputHeight) / height);
  const round = rounding === 'transformers' ? Math.floor : roundHalfEven;
  return [Math.max(1, round(width * scale)), Math.max(1, round(height * scale))];
}

/**
 * `resize`, as torchvision's Resize takes it; larger where the crop would reach over the edge of a long picture, which it
 * does not where all of the input's sides are longer.
 */
function shorterSide(
  width: number,
  height: number,
  { resize, inputWidth, inputHeight }: Preprocessing,
): number {
  if (resize < Math.min(inputWidth, inputHeight)) return resize;
  const short = Math.min(width, height);
  return Math.max(resize, Math.ceil((inputWidth * short) / width), Math.ceil((inputHeight * short) / height));
}

/** As Python's round(), which torchvision's CenterCrop places the crop by. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}
