import type { VNode } from 'preact';
import { formatValue } from '../../../protocol/numbers.js';
import { lineClass } from '../../common/lineClass.js';
import { formatCorrelation } from './formatCorrelation.js';
import { axisLow, axisTicks, segmentsOf, type Pair, type Point } from './pairs.js';

export interface CorrelationPlotProps {
  readonly pairs: readonly Pair[];
  /** How many layers there are; each has its point in the middle of an equal part of the width. */
  readonly columns: number;
  /** What the plot says, for those who do not see it. */
  readonly label: string;
}

/** Correlation by depth, one line a pair. */
export function CorrelationPlot({ pairs, columns, label }: CorrelationPlotProps): VNode {
  const low = axisLow(pairs);
  const x = (column: number): number => (100 * (column + 0.5)) / columns;
  const y = (value: number): number => (100 * (1 - value)) / (1 - low);
  const pathOf = (points: readonly Point[]): string =>
    `M${points.map(({ column, value }) => `${x(column).toFixed(2)} ${y(value).toFixed(2)}`).join('L')}`;
  const ticks = axisTicks(low);
  return (
    <div class="correlation" role="img" aria-label={label}>
      {ticks.map((tick) => (
        <span key={tick} class="correlation-tick" style={{ top: `${y(tick)}%` }}>
          {formatValue(tick)}
        </span>
      ))}
      <svg viewBox="0 0 100 100" preserveAspectRatio="none">
        {ticks.map((tick) => (
          <path key={tick} class="correlation-grid" d={`M0 ${y(tick)}H100`} />
        ))}
        {pairs.map((pair, index) => (
          <path
            key={`${pair.first} ${pair.second}`}
            class={lineClass(index)}
            d={segmentsOf(pair.values).map(pathOf).join('')}
          />
        ))}
      </svg>
      {pairs.map((pair, index) =>
        segmentsOf(pair.values)
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
