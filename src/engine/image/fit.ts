import type { Rectangle } from '../../protocol/explanation.js';
import { isCut, type Preprocessing } from '../../protocol/model.js';

/** The part of a picture that becomes the model's input, in pixels of the picture; fractions of pixels are kept. */
export function cropOf(width: number, height: number, preprocessing: Preprocessing): Rectangle {
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
