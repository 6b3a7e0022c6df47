import type { FigureCell } from './figure.js';
import type { Font } from './fonts.js';

export interface Placed {
  readonly text: string;
  readonly font: Font;
  readonly align: 'left' | 'center' | 'right';
  /** Of the text's left end, middle or right end. */
  readonly x: number;
  /** Of the foot of its letters. */
  readonly y: number;
}

export interface PlacedDrawing extends Pick<FigureCell, 'draw'> {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly texts: readonly Placed[];
  readonly drawings: readonly PlacedDrawing[];
}
