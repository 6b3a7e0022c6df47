import type { ReportLayer } from '../report.js';
import type { Excited, Excitement, LayerRankings, ReportChannels } from './excited.js';

/** A channel and the pictures that excite it, the one that does most first. */
export interface RankedChannel {
  readonly channel: number;
  readonly excited: readonly Excited[];
}

/** The channels that any picture excites, the most excited first. */
export function rankedChannels(layer: LayerRankings, kind: Excitement): readonly RankedChannel[] {
  return layer[kind]
    .flatMap((excited, channel) => (excited.length === 0 ? [] : [{ channel, excited }]))
    .sort((a, b) => valueOf(b) - valueOf(a) || a.channel - b.channel);
}

/** The layers of which it is known what excites their channels. */
export function layersWithChannels(
  layers: readonly ReportLayer[],
  channels: ReportChannels,
): readonly ReportLayer[] {
  return layers.filter((_, place) => (channels.layers[place]?.activation.length ?? 0) > 0);
}

/** Only the most excited channels of every layer, so many of each kind. Rankings refer to pictures by place, so all stay. */
export function onlyBest({ pictures, layers }: ReportChannels, most: number): ReportChannels {
  const best = (layer: LayerRankings, kind: Excitement): LayerRankings[Excitement] => {
    const kept = new Set(
      rankedChannels(layer, kind)
        .slice(0, most)
        .map(({ channel }) => channel),
    );
    return layer[kind].map((excited, channel) => (kept.has(channel) ? excited : []));
  };
  return {
    pictures,
    layers: layers.map((layer) => ({
      relevance: best(layer, 'relevance'),
      activation: best(layer, 'activation'),
    })),
  };
}

function valueOf({ excited: [first] }: RankedChannel): number {
  return first?.[1] ?? 0;
}
