import { formatValue } from '../../protocol/numbers.js';
import { drawBar } from './drawBar.js';
import type { Figure } from './figure.js';
import { ASCENT, LINE } from './fonts.js';
import type { Placed, PlacedDrawing } from './placed.js';
import { wrap, type Measure } from './text.js';

const GAP = 16;
const NEAR = 4;
const BAR = { width: 160, height: 12 };
const INPUT_HEIGHT = 96;
/** Most of the width that the input takes, as a share. */
const MOST = 0.4;

export interface Head {
  readonly texts: readonly Placed[];
  readonly drawings: readonly PlacedDrawing[];
  /** 0 where there is nothing. */
  readonly height: number;
}

/** Below a figure's title: the input picture, and beside it what the colours mean. */
export function layOutHead(
  { input, bars }: Pick<Figure, 'input' | 'bars'>,
  left: number,
  top: number,
  width: number,
  measure: Measure,
): Head {
  const texts: Placed[] = [];
  const drawings: PlacedDrawing[] = [];
  let x = left;
  let height = 0;
  if (input) {
    const inputWidth = Math.round(Math.min(INPUT_HEIGHT * input.ratio, MOST * width));
    height = Math.round(inputWidth / input.ratio);
    drawings.push({ draw: input.draw, x, y: top, width: inputWidth, height });
    x += inputWidth + GAP;
  }
  const room = Math.max(BAR.width, left + width - x);
  let y = top;
  const write = (text: string, align: Placed['align'], at: number): void => {
    texts.push({ text, font: 'caption', align, x: at, y: Math.round(y + ASCENT * LINE.caption) });
  };
  for (const { colorMap, scale, note } of bars) {
    for (const line of wrap(note, room, 2, 'caption', measure)) {
      write(line, 'left', x);
      y += LINE.caption;
    }
    drawings.push({ draw: drawBar(colorMap), x, y: y + NEAR, ...BAR });
    y += NEAR + BAR.height;
    const [low, high] = scale;
    write(formatValue(low), 'left', x);
    if (low < 0 && high > 0) write('0', 'center', x + (BAR.width * -low) / (high - low));
    write(formatValue(high), 'right', x + BAR.width);
    y += LINE.caption + NEAR;
  }
  return { texts, drawings, height: Math.max(height, y - top) };
}
