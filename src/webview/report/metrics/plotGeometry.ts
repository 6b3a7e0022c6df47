import type { MetricTable } from '../../../evaluation/metricTable.js';
import type { Estimate } from '../../../evaluation/metricTable.js';

/** A point of a plot of 100 × 100, from its top left. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Place of the layer among the table's rows. */
  readonly row: number;
  readonly cell: Estimate;
}

export interface PlotGeometry {
  /** Lowest and highest value of the axis. */
  readonly range: readonly [number, number];
  readonly x: (row: number) => number;
  readonly y: (value: number) => number;
  /** One for each method. */
  readonly lines: readonly PlotLine[];
}

export interface PlotLine {
  readonly points: readonly PlotPoint[];
  /** Paths that pause where a layer has no mean. */
  readonly line: string;
  readonly band: string;
}

/** Every method's means by depth, layers equally far apart, on an axis with zero. */
export function plotGeometry({ methods, rows }: MetricTable): PlotGeometry {
  const ends = rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell ? [cell.low, cell.high] : [])));
  const [low, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const high = most > low ? most : low + 1;
  const x = (row: number): number => (rows.length > 1 ? (100 * row) / (rows.length - 1) : 50);
  const y = (value: number): number => (100 * (high - value)) / (high - low);
  const lines = methods.map((_, column) => {
    const runs: PlotPoint[][] = [[]];
    rows.forEach(({ cells }, row) => {
      const cell = cells[column] ?? null;
      if (cell === null) runs.push([]);
      else runs.at(-1)?.push({ x: x(row), y: y(cell.mean), row, cell });
    });
    return {
      points: runs.flat(),
      line: runs.map((run) => pathOf(run.map((point) => [point.x, point.y]))).join(''),
      band: runs.map((run) => bandOf(run, y)).join(''),
    };
  });
  return { range: [low, high], x, y, lines };
}

type Corner = readonly [x: number, y: number];

/** Along the upper ends of the intervals, and back along the lower ones. */
function bandOf(run: readonly PlotPoint[], y: (value: number) => number): string {
  const corners = [
    ...run.map(({ x, cell }): Corner => [x, y(cell.high)]),
    ...run.toReversed().map(({ x, cell }): Corner => [x, y(cell.low)]),
  ];
  return run.length > 1 ? `${pathOf(corners)}Z` : '';
}

function pathOf(corners: readonly Corner[]): string {
  return corners.map(([x, y], place) => `${place === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}
