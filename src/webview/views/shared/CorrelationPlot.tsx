import type { VNode } from 'preact';
import { formatValue } from '../../../protocol/numbers.js';
import { lineClass } from '../../common/lineClass.js';
import { axisLow, axisTicks, segmentsOf, type Point, type Values } from './correlationAxis.js';
import { formatCorrelation } from './formatCorrelation.js';

export interface CorrelationPlotProps {
  readonly lines: readonly Values[];
  /** How many places there are; each has its point in the middle of an equal part of the width. */
  readonly columns: number;
  /** What the plot says, for those who do not see it. */
  readonly label: string;
}

/** How alike maps are, −1 … 1, place by place. */
export function CorrelationPlot({ lines, columns, label }: CorrelationPlotProps): VNode {
  const low = axisLow(lines);
  const x = (column: number): number => (100 * (column + 0.5)) / columns;
  const y = (value: number): number => (100 * (1 - value)) / (1 - low);
  const pathOf = (points: readonly Point[]): string =>
    `M${points.map(({ column, value }) => `${x(column).toFixed(2)} ${y(value).toFixed(2)}`).join('L')}`;
  const ticks = axisTicks(low);
  return (
    <div class="plot-area correlation" role="img" aria-label={label}>
      {ticks.map((tick) => (
        <span key={tick} class="plot-tick" style={{ top: `${y(tick)}%` }}>
          {formatValue(tick)}
        </span>
      ))}
      <svg viewBox="0 0 100 100" preserveAspectRatio="none">
        {ticks.map((tick) => (
          <path key={tick} class={tick === 0 ? 'plot-grid zero' : 'plot-grid'} d={`M0 ${y(tick)}H100`} />
        ))}
        {lines.map((values, index) => (
          <path key={index} class={lineClass(index)} d={segmentsOf(values).map(pathOf).join('')} />
        ))}
      </svg>
      {lines.map((values, index) =>
        segmentsOf(values)
          .flat()
          .map(({ column, value }) => (
            <span
              key={`${index} ${column}`}
              class={`line-point correlation-point ${lineClass(index)}`}
              style={{ left: `${x(column)}%`, top: `${y(value)}%` }}
              title={formatCorrelation(value)}
            />
          )),
      )}
    </div>
  );
}

/** Which line is whose. */
export function CorrelationLegend({ names }: { readonly names: readonly string[] }): VNode {
  return (
    <div class="correlation-legend">
      {names.map((name, index) => (
        <span key={index} class="correlation-key">
          <svg class="line-key" viewBox="0 0 24 8" aria-hidden="true">
            <path class={lineClass(index)} d="M0 4H24" />
          </svg>
          <span>{name}</span>
        </span>
      ))}
    </div>
  );
}
