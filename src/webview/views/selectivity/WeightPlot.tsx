import type { TargetedKeyboardEvent, TargetedPointerEvent, VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { formatValue } from '../../../protocol/numbers.js';
import { useElementSize } from '../../common/useElementSize.js';
import { plotHeight, rankAfter } from '../../layers/sortedWeights.js';
import {
  areaPath,
  barsPath,
  barWidth,
  indexAt,
  linePath,
  placeOf,
  type WeightRange,
} from './plotGeometry.js';
import { axisValues } from './ranking.js';

export interface WeightPlotProps {
  readonly title: string;
  /** Said to assistive technology. */
  readonly label: string;
  /** What is said where no weight is read. */
  readonly summary: string;
  /** Normalised weights in the order of the axis. */
  readonly values: Float32Array;
  readonly range: WeightRange;
  readonly kind: 'bars' | 'line';
  /** What the axis counts, and what it begins with. */
  readonly axis: string;
  readonly first: number;
  /** Places with a dot. */
  readonly marked: readonly number[];
  /** The place that is read, and how to say it. */
  readonly cursor: number | null;
  readonly describe: (index: number) => string;
  readonly onCursor: (index: number | null) => void;
}

/** Weights along an axis, to be read by pointer or arrow keys. */
export function WeightPlot(props: WeightPlotProps): VNode {
  const { title, label, summary, values, range, axis, first, cursor, describe, onCursor } = props;
  const count = values.length;
  const onPointerMove = ({ offsetX, currentTarget }: TargetedPointerEvent<HTMLElement>): void => {
    onCursor(indexAt(offsetX / currentTarget.clientWidth, count));
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const to = rankAfter(event.key, cursor ?? -1, count - 1);
    if (to === null) return;
    onCursor(Math.min(count - 1, Math.max(0, to)));
    event.preventDefault();
  };
  const clear = (): void => {
    onCursor(null);
  };
  return (
    <div class="weight-plot">
      <h3>{title}</h3>
      <div class="weight-axis" aria-hidden="true">
        {axisValues(range).map((value) => (
          <span key={value} style={{ top: `${100 * plotHeight(value, range)}%` }}>
            {formatValue(value)}
          </span>
        ))}
      </div>
      <div
        class="weight-area"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={first}
        aria-valuemax={first + count - 1}
        aria-valuenow={first + (cursor ?? 0)}
        aria-valuetext={cursor === null ? summary : describe(cursor)}
        onPointerMove={onPointerMove}
        onPointerLeave={clear}
        onBlur={clear}
        onKeyDown={onKeyDown}
      >
        <Drawing {...props} />
      </div>
      <div class="weight-foot" aria-hidden="true">
        <span>{first}</span>
        <span>{axis}</span>
        <span>{first + count - 1}</span>
      </div>
    </div>
  );
}

const DOT = 3;

function Drawing({ values, range, kind, marked, cursor }: WeightPlotProps): VNode {
  const box = useRef<SVGSVGElement>(null);
  const { width, height } = useElementSize(box);
  const count = values.length;
  const paths = useMemo(() => {
    const size = { width, height };
    if (kind === 'bars') return { line: barsPath(values, range, size), area: null };
    return { line: linePath(values, range, size), area: areaPath(values, range, size) };
  }, [values, range, kind, width, height]);
  const x = (index: number): number => placeOf(index, count) * width;
  const zero = plotHeight(0, range) * height;
  return (
    <svg ref={box} aria-hidden="true">
      {paths.area && <path class="plot-fill" d={paths.area} />}
      <path class="plot-zero" d={`M0 ${zero}H${width}`} />
      <path
        class="plot-line"
        d={paths.line}
        style={{ strokeWidth: kind === 'bars' ? barWidth(count, width) : 1.5 }}
      />
      {marked.map((index) => (
        <circle
          key={index}
          class="plot-dot"
          cx={x(index)}
          cy={plotHeight(values[index] ?? 0, range) * height}
          r={DOT}
        />
      ))}
      {cursor !== null && <path class="plot-mark" d={`M${x(cursor)} 0V${height}`} />}
    </svg>
  );
}
