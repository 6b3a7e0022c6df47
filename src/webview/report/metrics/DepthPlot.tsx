import type { VNode } from 'preact';
import type { MetricTable } from '../../../evaluation/metricTable.js';
import { intervalText, metricText, tableTitle } from '../../../evaluation/export/numbers.js';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { METRIC_FACTS } from '../../../protocol/metrics.js';
import { fill } from '../../common/format.js';
import { lineClass } from '../../common/lineClass.js';
import { ticksBetween } from '../../common/ticks.js';
import { formatValue } from '../../../protocol/numbers.js';
import { useReport } from '../state/report.js';
import { plotGeometry } from './plotGeometry.js';

const MOST_LAYERS = 5;
const MOST_TICKS = 5;

/** A metric by depth: a line for each method, in the band of its intervals. The table beside it holds the numbers. */
export function DepthPlot({ table }: { readonly table: MetricTable }): VNode {
  const { strings } = useReport();
  const { metric, methods, rows } = table;
  const { range, x, y, lines } = plotGeometry(table);
  const [low, high] = range;
  const ticks = [...ticksBetween(low, high, MOST_TICKS), ...(low === 0 ? [0] : [])];
  const every = Math.max(1, Math.ceil((rows.length - 1) / (MOST_LAYERS - 1)));
  const named = [...rows.keys()].filter((row) => row % every === 0);
  return (
    <figure class="curve report-plot">
      <div
        class="curve-box"
        role="img"
        aria-label={fill(strings.reportPlot, { metric: tableTitle(table, strings) })}
      >
        <div class="plot-area curve-area">
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            {ticks.map((tick) => (
              <path key={tick} class={tick === 0 ? 'plot-grid zero' : 'plot-grid'} d={`M0 ${y(tick)}H100`} />
            ))}
            {lines.map(({ band }, index) => (
              <path key={methods[index]} class={`report-band ${lineClass(index)}`} d={band} />
            ))}
            {lines.map(({ line }, index) => (
              <path key={methods[index]} class={lineClass(index)} d={line} />
            ))}
          </svg>
          {lines.map(({ points }, index) =>
            points.map((point) => {
              const method = methods[index];
              return (
                <span
                  key={`${method} ${point.row}`}
                  class={`line-point curve-point ${lineClass(index)}`}
                  style={{ left: `${point.x}%`, top: `${point.y}%` }}
                  title={fill(strings.reportPlotPoint, {
                    method: method === undefined ? '' : METHOD_FACTS[method].label,
                    layer: rows[point.row]?.layer.label ?? '',
                    value: `${metricText(point.cell.mean, metric)} (${intervalText(point.cell, metric)})`,
                  })}
                />
              );
            }),
          )}
          {ticks.map((tick) => (
            <span key={tick} class="plot-tick" style={{ top: `${y(tick)}%` }}>
              {formatValue(tick * METRIC_FACTS[metric].factor)}
            </span>
          ))}
          {named.map((row) => (
            <span key={row} class="curve-step" style={{ left: `${x(row)}%` }}>
              {rows[row]?.layer.label}
            </span>
          ))}
        </div>
      </div>
      <p class="curve-key" aria-hidden="true">
        {methods.map((method, index) => (
          <span key={method}>
            <svg class="line-key" viewBox="0 0 24 8">
              <path class={lineClass(index)} d="M0 4H24" />
            </svg>
            {METHOD_FACTS[method].label}
          </span>
        ))}
      </p>
    </figure>
  );
}
