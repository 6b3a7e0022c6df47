import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Picture, TopChannel } from '../../../protocol/explanation.js';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { signedExtentOf } from '../../../heatmap/normalize.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import { OverlayCanvas } from '../../picture/OverlayCanvas.js';
import { usePage } from '../../state/page.js';
import { gridOf } from '../../state/selectors.js';
import type { WeightRange } from './plotGeometry.js';
import { TOP, topShare, type Ranking } from './ranking.js';
import { WeightPlot } from './WeightPlot.js';

export interface RankedProps {
  readonly ranking: Ranking;
  readonly range: WeightRange;
  readonly picture: Picture;
  /** The channel that is read, in all methods at once. */
  readonly channel: number | null;
  readonly onChannel: (channel: number | null) => void;
}

/** The weights of one method, by channel and sorted, and the channels that weigh most. */
export function Ranked({ ranking, range, picture, channel, onChannel }: RankedProps): VNode {
  const { strings, percent } = usePage();
  const { method, layer, weights, sorted, order, ranks } = ranking;
  const { label } = METHOD_FACTS[method];
  const top = layer.top.slice(0, TOP);
  const describe = (at: number): string => {
    const weight = formatValue(weights[at] ?? 0);
    return fill(strings.normalisedAt, {
      channel: at,
      rank: (ranks[at] ?? 0) + 1,
      count: order.length,
      weight,
    });
  };
  const positive = useMemo(() => weights.filter((weight) => weight > 0).length, [weights]);
  const share = percent(topShare(ranking));
  const isFlat = weights.every((weight) => weight === 0);
  const summary = isFlat
    ? strings.flatWeights
    : fill(strings.selectivitySummary, { count: order.length, positive, share });
  const common = { summary, range };
  const named = (plot: string): string => fill(strings.plotLabel, { method: label, plot });
  return (
    <>
      <div class="weight-plots">
        <WeightPlot
          {...common}
          title={strings.inChannelOrder}
          label={named(strings.inChannelOrder)}
          values={weights}
          kind="bars"
          axis={strings.channelAxis}
          first={0}
          marked={top.map((one) => one.channel)}
          cursor={channel}
          describe={describe}
          onCursor={onChannel}
        />
        <WeightPlot
          {...common}
          title={strings.sortedByWeight}
          label={named(strings.sortedByWeight)}
          values={sorted}
          kind="line"
          axis={strings.rankAxis}
          first={1}
          marked={top.map((one) => ranks[one.channel] ?? 0)}
          cursor={channel === null ? null : (ranks[channel] ?? null)}
          describe={(rank) => describe(order[rank] ?? 0)}
          onCursor={(rank) => {
            onChannel(rank === null ? null : (order[rank] ?? null));
          }}
        />
      </div>
      <p class="weight-readout">
        {channel === null ? <span class="quiet">{summary}</span> : describe(channel)}
      </p>
      <ul class="top-maps">
        {top.map((one) => (
          <TopMap key={one.channel} channel={one} ranking={ranking} picture={picture} />
        ))}
      </ul>
    </>
  );
}

interface TopMapProps {
  readonly channel: TopChannel;
  readonly ranking: Ranking;
  readonly picture: Picture;
}

function TopMap({ channel: { channel, weight, activation }, ranking, picture }: TopMapProps): VNode {
  const { state, strings, percent } = usePage();
  const { layer, shares } = ranking;
  const grid = useMemo(() => gridOf(layer, activation), [layer, activation]);
  const scale = useMemo(() => signedExtentOf(activation), [activation]);
  const share = percent(shares[channel] ?? 0);
  const hint = fill(strings.topMap, { channel, weight: formatValue(weight), share });
  return (
    <li title={hint}>
      <div role="img" aria-label={hint}>
        <OverlayCanvas picture={picture} grid={grid} display={{ ...state.display, scale }} />
      </div>
      <span class="channel-name">{fill(strings.channel, { channel })}</span>
      <span class="channel-note" title={strings.shareHint}>
        {share}
      </span>
      <span class="channel-note" title={strings.weightHint}>
        {fill(strings.channelWeight, { weight: formatValue(weight) })}
      </span>
    </li>
  );
}
