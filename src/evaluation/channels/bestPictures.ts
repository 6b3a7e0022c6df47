import type { LayerChannels, PictureChannels } from '../../protocol/evaluation.js';
import { compareNaturally } from '../../protocol/naturalOrder.js';
import {
  byKind,
  type Excited,
  type ExcitedChannel,
  type Excitement,
  type PictureRankings,
  type ReportChannels,
  type SeenPicture,
} from './excited.js';

/** So many pictures are kept of every channel. */
const KEPT = 9;

/** More digits nobody reads, and they would make most of the file. */
const DIGITS = 6;

interface Candidate {
  readonly picture: SeenPicture;
  readonly value: number;
  readonly position: number;
}

/**
 * The pictures that excite each channel most, whatever the order in which pictures come: equal ones go by name. Its memory
 * is bounded by the number of channels.
 */
export class BestPictures {
  /** By layer, kind and channel. */
  readonly #rankings: readonly Readonly<Record<Excitement, Candidate[][]>>[];

  constructor(layers: number) {
    this.#rankings = Array.from({ length: layers }, () => ({ relevance: [], activation: [] }));
  }

  /** Takes in a picture. @returns what of it is among the best so far, as all is that will be in the end */
  take(file: string, { layers, ...part }: PictureChannels): PictureRankings {
    const picture = { file, ...part };
    const taken = layers.map((layer, place) => {
      const ofKind = (kind: Excitement): readonly ExcitedChannel[] =>
        layer === null
          ? []
          : excitedChannels(layer, kind).filter((one) => this.#insert(place, kind, picture, one));
      return { relevance: ofKind('relevance'), activation: ofKind('activation') };
    });
    return { ...part, layers: taken };
  }

  /** Takes in what was taken of a picture before. */
  addPicture(file: string, { layers, ...part }: PictureRankings): void {
    const picture = { file, ...part };
    for (const [place, kind, excited] of byKind(layers))
      for (const one of excited) this.#insert(place, kind, picture, one);
  }

  /** Takes in the best of other pictures. */
  addReport({ pictures, layers }: ReportChannels): void {
    for (const [place, kind, rankings] of byKind(layers))
      for (const [channel, ranking] of rankings.entries())
        for (const [index, value, position] of ranking) {
          const picture = pictures[index];
          if (picture !== undefined) this.#insert(place, kind, picture, [channel, value, position]);
        }
  }

  get report(): ReportChannels {
    const found = new Map<string, SeenPicture>();
    for (const [, , rankings] of byKind(this.#rankings))
      for (const { picture } of rankings.flat()) found.set(picture.file, picture);
    const pictures = [...found.values()].sort((a, b) => compareNaturally(a.file, b.file));
    const places = new Map(pictures.map(({ file }, place) => [file, place]));
    const told = (rankings: readonly (readonly Candidate[])[]) =>
      rankings.map((ranking) =>
        ranking.map(({ picture, value, position }): Excited => [
          places.get(picture.file) ?? 0,
          value,
          position,
        ]),
      );
    const layers = this.#rankings.map(({ relevance, activation }) => ({
      relevance: told(relevance),
      activation: told(activation),
    }));
    return { pictures, layers };
  }

  /** @returns whether it is among the best */
  #insert(
    layer: number,
    kind: Excitement,
    picture: SeenPicture,
    [channel, value, position]: ExcitedChannel,
  ): boolean {
    const rankings = this.#rankings[layer]?.[kind] ?? [];
    while (rankings.length <= channel) rankings.push([]);
    const ranking = rankings[channel] ?? [];
    const candidate = { picture, value, position };
    const isBefore = (other: Candidate): boolean => order(candidate, other) < 0;
    const place = ranking.findIndex(isBefore);
    if (place < 0 && ranking.length >= KEPT) return false;
    ranking.splice(place < 0 ? ranking.length : place, 0, candidate);
    if (ranking.length > KEPT) ranking.pop();
    return true;
  }
}

function order(a: Candidate, b: Candidate): number {
  return b.value - a.value || compareNaturally(a.picture.file, b.picture.file);
}

/** The channels that a picture excites at all. */
function excitedChannels(layer: LayerChannels, kind: Excitement): readonly ExcitedChannel[] {
  const positions = kind === 'relevance' ? layer.relevanceAt : layer.activationAt;
  return Array.from(layer[kind], (value, channel): ExcitedChannel => [
    channel,
    Number(value.toPrecision(DIGITS)),
    positions[channel] ?? 0,
  ]).filter(([, value]) => value > 0);
}
