import * as v from 'valibot';
import { channelsByWeight } from '../../channels/sortedWeights.js';

/** A channel by its place among the weights, which the next layer has too, or by its number. Both count from what users see: ranks from 1, numbers from 0. */
export const CHOICE = v.object({
  by: v.picklist(['rank', 'number']),
  value: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

export type ChannelChoice = Readonly<v.InferOutput<typeof CHOICE>>;

export const INITIAL: ChannelChoice = { by: 'rank', value: 1 };

export interface ChosenChannel {
  readonly channel: number;
  /** From 1; null where the method weighs no channels. */
  readonly rank: number | null;
}

/** The channel meant, or the nearest that the layer has. */
export function chosenChannel(
  { by, value }: ChannelChoice,
  channels: number,
  weights: Float32Array | null,
): ChosenChannel {
  const last = Math.max(0, channels - 1);
  if (!weights) return { channel: Math.min(by === 'rank' ? value - 1 : value, last), rank: null };
  const order = channelsByWeight(weights);
  if (by === 'rank') {
    const place = Math.min(Math.max(value - 1, 0), last);
    return { channel: order[place] ?? 0, rank: place + 1 };
  }
  const channel = Math.min(value, last);
  return { channel, rank: order.indexOf(channel) + 1 };
}
