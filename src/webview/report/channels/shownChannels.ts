import type { ReportChannels } from '../../../evaluation/channels/excited.js';
import {
  layersWithChannels,
  type RankedChannel,
  rankedChannels,
} from '../../../evaluation/channels/rankedChannels.js';
import type { ReportLayer } from '../../../evaluation/report.js';
import type { ChannelsChoice } from '../state/choice.js';

/** So many channels are shown at once. */
export const AT_ONCE = 12;

/** Of which layer channels are shown, and which. */
export interface ShownChannels {
  readonly layer: ReportLayer;
  /** All layers of which channels are known. */
  readonly layers: readonly ReportLayer[];
  /** All that any picture excites, or the one that is looked for. */
  readonly found: readonly RankedChannel[];
  /** Those in sight, and how many come before them. */
  readonly shown: readonly RankedChannel[];
  readonly before: number;
}

/** As chosen; the deepest layer where none was, or none that is there. */
export function shownChannels(
  layers: readonly ReportLayer[],
  channels: ReportChannels,
  { tensor, excitement, channel, before: first }: ChannelsChoice,
): ShownChannels | null {
  const offered = layersWithChannels(layers, channels);
  const layer = offered.find((each) => each.tensor === tensor) ?? offered.at(-1);
  const rankings = layer && channels.layers[layers.indexOf(layer)];
  if (layer === undefined || rankings === undefined) return null;
  const all = rankedChannels(rankings, excitement);
  const found = channel === null ? all : all.filter((each) => each.channel === channel);
  const before = first < found.length ? first : 0;
  return { layer, layers: offered, found, before, shown: found.slice(before, before + AT_ONCE) };
}
