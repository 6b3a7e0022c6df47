import * as v from 'valibot';
import { LAYOUTS, type Preprocessing } from '../../protocol/model.js';

/** A side of a picture in pixels. */
export const Side = v.pipe(v.number(), v.integer(), v.minValue(1));

export type InputSize = Pick<Preprocessing, 'inputWidth' | 'inputHeight'>;

/** The dimensions of an image input. */
export interface InputGeometry extends InputSize, Pick<Preprocessing, 'layout'> {
  readonly channels: 1 | 3;
}

/** Which dimension of a four-dimensional shape is which, by where its 1 or 3 channels are; null for none. */
export function geometryOf(shape: readonly number[], layout?: Preprocessing['layout']): InputGeometry | null {
  const [, second = 0, third = 0, fourth = 0] = shape;
  for (const candidate of layout ? [layout] : LAYOUTS) {
    const [channels, inputHeight, inputWidth] =
      candidate === 'NCHW' ? [second, third, fourth] : [fourth, second, third];
    if (shape.length === 4 && (channels === 1 || channels === 3)) {
      return { layout: candidate, channels, inputHeight, inputWidth };
    }
  }
  return null;
}
