import { curveOf, plotHeight } from '../../layers/sortedWeights.js';

/** Lowest and highest weight that the axis reaches. */
export type WeightRange = readonly [low: number, high: number];

export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** One upright line per weight, from zero to it, in the order given. */
export function barsPath(values: Float32Array, range: WeightRange, { width, height }: PlotSize): string {
  const zero = number(plotHeight(0, range) * height);
  return Array.from(values, (value, index) =>
    value === 0
      ? ''
      : `M${number(placeOf(index, values.length) * width)} ${zero}V${number(plotHeight(value, range) * height)}`,
  ).join('');
}

/** As wide as there is room, but never too thin to be seen. */
export function barWidth(count: number, width: number): number {
  return Math.max(1, (0.8 * width) / Math.max(1, count));
}

/** The weights joined by a line, in the order given. */
export function linePath(values: Float32Array, range: WeightRange, { width, height }: PlotSize): string {
  const points = curveOf(values, Array.from(values.keys()), range).map(
    ([, y], index) => `${number(placeOf(index, values.length) * width)} ${number(y * height)}`,
  );
  return `M${points.join('L')}`;
}

/** The area between the line and zero. */
export function areaPath(values: Float32Array, range: WeightRange, size: PlotSize): string {
  const [first, last] = [placeOf(0, values.length), placeOf(values.length - 1, values.length)];
  const zero = number(plotHeight(0, range) * size.height);
  return `${linePath(values, range, size)}L${number(last * size.width)} ${zero}L${number(first * size.width)} ${zero}Z`;
}

/** Where on the axis, 0 … 1, the weight of an index stands: in the middle of its share of it. */
export function placeOf(index: number, count: number): number {
  return (index + 0.5) / count;
}

/** The index that stands nearest to a place on the axis. */
export function indexAt(place: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(place * count)));
}

function number(value: number): string {
  return value.toFixed(1);
}
