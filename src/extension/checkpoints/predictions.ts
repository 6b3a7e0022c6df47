import type { Prediction } from '../../protocol/explanation.js';
import { stateKeyOf } from './checkpointNumbers.js';
import type { NumberedCheckpoint } from './checkpointNumbers.js';

/** More than anybody scrolls through; beyond it the oldest are forgotten. */
const LIMIT = 5000;

/** What checkpoints predict of pictures, as far as it was seen. */
export class Predictions {
  readonly #known = new Map<string, Prediction>();
  readonly #listeners = new Set<() => void>();
  /** The picture of which something was learned last. */
  #picture: string | null = null;

  get picture(): string | null {
    return this.#picture;
  }

  /** @returns what ends the calls */
  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  learn(one: NumberedCheckpoint, picture: string, prediction: Prediction): void {
    const key = keyOf(one, picture);
    this.#known.delete(key);
    this.#known.set(key, prediction);
    const [oldest] = this.#known.keys();
    if (this.#known.size > LIMIT && oldest !== undefined) this.#known.delete(oldest);
    this.#picture = picture;
    for (const listener of this.#listeners) listener();
  }

  of(one: Pick<NumberedCheckpoint, 'live' | 'checkpoint'>, picture: string): Prediction | undefined {
    return this.#known.get(keyOf(one, picture));
  }
}

function keyOf(one: Pick<NumberedCheckpoint, 'live' | 'checkpoint'>, picture: string): string {
  return JSON.stringify([stateKeyOf(one), picture]);
}
