import type { LayerExplanation } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import type { Grid } from '../../../heatmap/grid.js';
import { weightShares } from '../../../heatmap/weights.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import { gridOf } from '../../state/selectors.js';
import type { ChosenChannel } from './choice.js';

export interface TitledMap {
  readonly title: string;
  /** null until it is known. */
  readonly grid: Grid | null;
}

/** A channel's activation and, where the method has a backward pass, what that carried to it. */
export function channelMaps(
  layer: LayerExplanation | null,
  chosen: ChosenChannel | null,
  method: MethodId,
  strings: PanelStrings,
): readonly TitledMap[] {
  const { carries } = METHOD_FACTS[method];
  const found = layer?.top.find(({ channel }) => channel === chosen?.channel);
  const map = (title: string, values: Float32Array | null | undefined): TitledMap => ({
    title,
    grid: layer && values ? gridOf(layer, values) : null,
  });
  const activation = map(strings.channelActivation, found?.activation);
  if (carries === 'nothing') return [activation];
  const title = carries === 'relevance' ? strings.channelRelevance : strings.channelGradient;
  return [activation, map(title, found?.carried)];
}

/** Rank, weight and share in one line; the number alone where the method weighs no channels. */
export function channelFacts(
  { weights, channels }: LayerExplanation,
  { channel, rank }: ChosenChannel,
  strings: PanelStrings,
  percent: (fraction: number) => string,
): string {
  if (!weights || rank === null) return fill(strings.channelAlone, { channel, count: channels });
  return fill(strings.channelFacts, {
    channel,
    rank,
    count: channels,
    weight: formatValue(weights[channel] ?? 0),
    share: percent(weightShares(weights)[channel] ?? 0),
  });
}
