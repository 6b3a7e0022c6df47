import type { EngineApi } from '../../protocol/engineApi.js';
import type { Thumbnail } from '../../protocol/explanation.js';

/** Longest side in pixels: sharp on screens of two pixels for one of CSS. */
const SIDE = 128;

export interface ThumbnailsContext {
  readonly engine: Pick<EngineApi, 'thumbnail'>;
  readonly pathOf: (name: string) => string;
  /** Whether an explanation is under way, which goes before. */
  readonly isBusy: () => boolean;
  /** null where the picture cannot be read. */
  readonly made: (name: string, thumbnail: Thumbnail | null) => void;
}

/** Makes pictures small, one after the other, those in sight alone and only while nothing is being explained. */
export class Thumbnails {
  readonly #context: ThumbnailsContext;
  readonly #aborting = new AbortController();
  #wanted: readonly string[] = [];
  #isMaking = false;

  constructor(context: ThumbnailsContext) {
    this.#context = context;
  }

  /** @param names in the order in which they are wanted; replace those before */
  ask(names: readonly string[]): void {
    this.#wanted = names;
    void this.resume();
  }

  /** Goes on where an explanation was in the way. */
  async resume(): Promise<void> {
    if (this.#isMaking) return;
    this.#isMaking = true;
    const { signal } = this.#aborting;
    while (!signal.aborted && !this.#context.isBusy()) {
      const [name, ...others] = this.#wanted;
      if (name === undefined) break;
      this.#wanted = others;
      await this.#make(name, signal);
    }
    this.#isMaking = false;
  }

  dispose(): void {
    this.#aborting.abort();
  }

  async #make(name: string, signal: AbortSignal): Promise<void> {
    const { engine, pathOf, made } = this.#context;
    const call = { signal, lane: 'job', progress: () => undefined } as const;
    const thumbnail = await engine.thumbnail({ path: pathOf(name), side: SIDE }, call).catch(() => null);
    if (!signal.aborted) made(name, thumbnail);
  }
}
