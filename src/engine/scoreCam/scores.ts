import type { Features } from './features.js';

/** How a layer's channels score on one picture, as far as they have been scored. */
export interface LayerScores extends Features {
  /** Classes per channel. */
  readonly classes: number;
  /** softmax(z(x ⊙ mask)) of the channels scored, in their order: varying × classes values. */
  readonly probabilities: Float32Array;
  /** How many channels have been scored, from the front. */
  scored: number;
}

/** Scores of all layers and pictures together may take this much; those in use always do. */
const CACHE_BYTES = 64 * 2 ** 20;

/** Scores by model, picture and layer, the least recently used forgotten first. */
export class ScoreCache {
  readonly #entries = new Map<string, LayerScores>();

  /** How many channels are scored under this key. */
  scored(key: string): number {
    return this.#entries.get(key)?.scored ?? 0;
  }

  /** The scores of this key, begun where there are none. */
  async get(key: string, begin: () => Promise<LayerScores>): Promise<LayerScores> {
    const scores = this.#entries.get(key) ?? (await begin());
    this.#entries.delete(key);
    this.#entries.set(key, scores);
    let bytes = Array.from(this.#entries.values(), bytesOf).reduce((sum, size) => sum + size, 0);
    for (const [other, entry] of this.#entries) {
      if (bytes <= CACHE_BYTES || other === key) break;
      this.#entries.delete(other);
      bytes -= bytesOf(entry);
    }
    return scores;
  }
}

function bytesOf({ activations, probabilities, order }: LayerScores): number {
  return activations.byteLength + probabilities.byteLength + order.length * 8;
}
