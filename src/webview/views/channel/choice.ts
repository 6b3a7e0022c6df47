import * as v from 'valibot';
import { channelsByWeight } from '../../layers/sortedWeights.js';
import type { ChoiceShape } from '../shared/view.js';

/** A channel by its rank, from 1, which has its like in every layer, or by its number, from 0. */
const CHOICE = v.object({
  by: v.picklist(['rank', 'number']),
  value: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

export type ChannelChoice = Readonly<v.InferOutput<typeof CHOICE>>;

export const CHANNEL_CHOICE: ChoiceShape<ChannelChoice> = {
  schema: CHOICE,
  initial: { by: 'rank', value: 1 },
};

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
  const within = (place: number): number => Math.min(Math.max(place, 0), Math.max(0, channels - 1));
  if (!weights) return { channel: within(by === 'rank' ? value - 1 : value), rank: null };
  const order = channelsByWeight(weights);
  if (by === 'rank') {
    const place = within(value - 1);
    return { channel: order[place] ?? 0, rank: place + 1 };
  }
  const channel = within(value);
  return { channel, rank: order.indexOf(channel) + 1 };
}
