import type { AnnotationsRequest } from '../../protocol/engineApi.js';
import { orientationOf } from '../image/orientation.js';
import type { Size } from './mark.js';

/** From a place in the picture that a file means to the same in the picture that is explained: parts of width and height. */
export interface Turn {
  readonly to: PartMap;
  readonly back: PartMap;
}

type PartMap = (x: number, y: number) => readonly [x: number, y: number];

const SAME: PartMap = (x, y) => [x, y];
const MIRRORED: PartMap = (x, y) => [y, x];
const CLOCKWISE: PartMap = (x, y) => [1 - y, x];
const OTHER_MIRRORED: PartMap = (x, y) => [1 - y, 1 - x];
const COUNTERCLOCKWISE: PartMap = (x, y) => [y, 1 - x];

export const NO_TURN: Turn = { to: SAME, back: SAME };

/** By EXIF's orientation, from the picture as it is stored to how it is seen. */
const TURNS: Readonly<Record<number, Turn>> = {
  5: { to: MIRRORED, back: MIRRORED },
  6: { to: CLOCKWISE, back: COUNTERCLOCKWISE },
  7: { to: OTHER_MIRRORED, back: OTHER_MIRRORED },
  8: { to: COUNTERCLOCKWISE, back: CLOCKWISE },
};

/**
 * Some programs mark a camera's picture as it is stored, others as it is seen. Which, the size tells that they write down,
 * where one is the other lying on its side.
 * @param of the size of the picture that a file means
 */
export async function turnFor(of: Size, request: AnnotationsRequest): Promise<Turn> {
  const { path, width, height, preprocessing } = request;
  const aside = { width: height, height: width };
  if (hasRatio(of, request) || !hasRatio(of, aside)) return NO_TURN;
  const turn = TURNS[await orientationOf(path)] ?? NO_TURN;
  return preprocessing.orientation ? turn : { to: turn.back, back: turn.to };
}

/** Of a picture made smaller the sides are rounded. */
const TOLERANCE = 0.02;

function hasRatio(a: Size, b: Size): boolean {
  return Math.abs((a.width * b.height) / (a.height * b.width) - 1) < TOLERANCE;
}
