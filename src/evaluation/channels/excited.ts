import type { SeenPart } from '../../protocol/evaluation.js';

/** By what pictures are ranked: by a channel's share of the relevance in its layer, or by its greatest activation. */
export const EXCITEMENTS = ['relevance', 'activation'] as const;
export type Excitement = (typeof EXCITEMENTS)[number];

/** Which pictures excite the channels of layers most. */
export interface ReportChannels {
  /** Those that stand below, by `file`, in natural order. */
  readonly pictures: readonly SeenPicture[];
  /** One for each layer of the plan. */
  readonly layers: readonly LayerRankings[];
}

export interface SeenPicture extends SeenPart {
  /** As the report names it. */
  readonly file: string;
}

/** For each channel its pictures, the one that excites it most first; channels behind the last that any excites are absent. */
export type LayerRankings = Readonly<Record<Excitement, readonly (readonly Excited[])[]>>;

/** A picture by its place among `pictures`, how much it excites the channel, and at which position of the layer most. */
export type Excited = readonly [picture: number, value: number, position: number];

/** What of one picture's channels may be among the best in the end. */
export interface PictureRankings extends SeenPart {
  /** One for each layer of the plan. */
  readonly layers: readonly Readonly<Record<Excitement, readonly ExcitedChannel[]>>[];
}

export type ExcitedChannel = readonly [channel: number, value: number, position: number];

/** What there is of each layer and kind, with the layer's place. */
export function* byKind<T>(
  layers: readonly Readonly<Record<Excitement, T>>[],
): Generator<readonly [place: number, kind: Excitement, of: T]> {
  for (const [place, layer] of layers.entries())
    for (const kind of EXCITEMENTS) yield [place, kind, layer[kind]];
}
