import type { ColorMapId } from '../../protocol/explanation.js';

/** A grid of pictures with captions, to be saved as one picture. */
export interface Figure {
  readonly title: string;
  readonly subtitle: string;
  /** What the model saw of the picture; null where a cell shows it. */
  readonly input: FigureInput | null;
  /** What the colours of the cells mean. */
  readonly bars: readonly FigureBar[];
  /** Headings; as many as every row has cells. */
  readonly columns: readonly string[];
  readonly rows: readonly FigureRow[];
  /** Size of every cell's drawing in CSS pixels. */
  readonly cellWidth: number;
  readonly cellHeight: number;
}

export interface FigureInput extends Pick<FigureCell, 'draw'> {
  /** Width by height. */
  readonly ratio: number;
}

/** A colour bar. */
export interface FigureBar {
  readonly colorMap: ColorMapId;
  /** Lowest and highest value that the colours stand for. */
  readonly scale: readonly [number, number];
  /** What has these colours, or on which scale it is. */
  readonly note: string;
}

export interface FigureRow {
  readonly label: string;
  /** null leaves the place empty. */
  readonly cells: readonly (FigureCell | null)[];
}

export interface FigureCell {
  /** Lines below the drawing. */
  readonly captions: readonly string[];
  /** Draws into a box whose top left corner is the origin; the context is scaled to the picture's resolution. */
  readonly draw: (context: CanvasRenderingContext2D, width: number, height: number) => void;
}
