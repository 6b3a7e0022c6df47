import type { TargetedKeyboardEvent, TargetedPointerEvent, VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { extentOf } from '../../../heatmap/normalize.js';
import { hoyerSparsity } from '../../../heatmap/weights.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import { Section } from '../../common/Section.js';
import { channelsByWeight, curveOf, plotHeight, rankAfter } from '../../layers/sortedWeights.js';
import { usePage } from '../../state/page.js';

/** The weights of all channels from the highest to the lowest, to be read by pointer or arrow keys. */
export function WeightsPlot({ weights }: { readonly weights: Float32Array }): VNode {
  const { strings } = usePage();
  const [rank, setRank] = useState<number | null>(null);
  const order = useMemo(() => channelsByWeight(weights), [weights]);
  const [lowest, highest] = useMemo(() => extentOf(weights), [weights]);
  const range = [Math.min(0, lowest), Math.max(0, highest)] as const;
  const sparsity = useMemo(() => hoyerSparsity(weights), [weights]);
  const last = order.length - 1;

  const describe = (at: number): string => {
    const channel = order[at] ?? 0;
    const weight = formatValue(weights[channel] ?? 0);
    return fill(strings.weightAt, { rank: at + 1, count: order.length, channel, weight });
  };
  const onPointerMove = ({ offsetX, currentTarget }: TargetedPointerEvent<HTMLElement>): void => {
    setRank(Math.min(last, Math.max(0, Math.round((offsetX / currentTarget.clientWidth) * last))));
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const to = rankAfter(event.key, rank ?? -1, last);
    if (to === null) return;
    setRank(Math.min(last, Math.max(0, to)));
    event.preventDefault();
  };
  const clear = (): void => {
    setRank(null);
  };
  const shown = rank !== null && rank <= last ? rank : null;
  const positive = useMemo(() => weights.filter((weight) => weight > 0).length, [weights]);
  const summary = fill(strings.weightsSummary, { count: order.length, positive });
  return (
    <Section
      title={strings.weights}
      note={
        sparsity !== null && (
          <span title={strings.hoyerHint}>{fill(strings.hoyer, { value: sparsity.toFixed(2) })}</span>
        )
      }
    >
      <div class="plot">
        <div class="plot-axis" aria-hidden="true">
          <span>{formatValue(range[1])}</span>
          <span>{formatValue(range[0])}</span>
        </div>
        <div
          class="weights-area"
          role="slider"
          tabIndex={0}
          aria-label={strings.weightsSorted}
          aria-valuemin={1}
          aria-valuemax={order.length}
          aria-valuenow={(shown ?? 0) + 1}
          aria-valuetext={shown === null ? summary : describe(shown)}
          onPointerMove={onPointerMove}
          onPointerLeave={clear}
          onBlur={clear}
          onKeyDown={onKeyDown}
        >
          <Curve points={curveOf(weights, order, range)} zero={plotHeight(0, range)} />
          {shown !== null && (
            <span class="plot-cursor" style={{ left: `${(100 * shown) / Math.max(1, last)}%` }} />
          )}
        </div>
      </div>
      <p class="plot-readout">{shown === null ? <span class="quiet">{summary}</span> : describe(shown)}</p>
    </Section>
  );
}

interface CurveProps {
  readonly points: readonly (readonly [number, number])[];
  readonly zero: number;
}

/** Drawn in a box of 100 × 100 that is stretched to the plot. */
function Curve({ points, zero }: CurveProps): VNode {
  const line = points.map(([x, y]) => `${(100 * x).toFixed(2)} ${(100 * y).toFixed(2)}`).join('L');
  const base = (100 * zero).toFixed(2);
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <path class="plot-fill" d={`M0 ${base}L${line}L100 ${base}Z`} />
      <path class="plot-zero" d={`M0 ${base}H100`} />
      <path class="plot-line" d={`M${line}`} />
    </svg>
  );
}
