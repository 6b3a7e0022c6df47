import { formatValue } from '../../../protocol/numbers.js';
import { FONTS } from '../../figure/fonts.js';
import { axisTicks, type Values } from './correlationAxis.js';

/** Above and below the plot's axis, so that points at its ends are whole. */
const PLOT_MARGIN = 8;

export interface PlotPart {
  readonly values: Values;
  readonly column: number;
  /** Lowest value of the axis; its highest is 1. */
  readonly low: number;
}

/** One column's part of a plot of how alike maps are: its point, and the lines half way to those of its neighbours. */
export function drawPlotPart(
  context: CanvasRenderingContext2D,
  { values, column, low }: PlotPart,
  width: number,
  height: number,
): void {
  const y = (value: number): number => PLOT_MARGIN + ((1 - value) / (1 - low)) * (height - 2 * PLOT_MARGIN);
  context.strokeStyle = '#d0d0d0';
  context.lineWidth = 1;
  context.fillStyle = '#767676';
  context.font = FONTS.caption;
  context.textBaseline = 'middle';
  for (const tick of axisTicks(low)) {
    const label = column === 0 ? `${formatValue(tick)} ` : '';
    context.fillText(label, 0, y(tick));
    context.beginPath();
    context.moveTo(context.measureText(label).width, y(tick));
    context.lineTo(width, y(tick));
    context.stroke();
  }
  const here = values[column];
  if (typeof here !== 'number') return;
  context.strokeStyle = '#0063d3';
  context.fillStyle = '#0063d3';
  context.lineWidth = 2;
  for (const side of [-1, 1]) {
    const beside = values[column + side];
    if (typeof beside !== 'number') continue;
    context.beginPath();
    context.moveTo(width / 2, y(here));
    context.lineTo(width / 2 + (side * width) / 2, y((here + beside) / 2));
    context.stroke();
  }
  context.beginPath();
  context.arc(width / 2, y(here), 4, 0, 2 * Math.PI);
  context.fill();
}
