import type { Call, EngineApi } from '../../protocol/engineApi.js';
import type { Picture } from '../../protocol/explanation.js';
import type { Preprocessing } from '../../protocol/model.js';

/** Longest side of the picture that the page shows, in pixels. */
const MAX_SIDE = 1024;

/** Reads pictures as they are prepared for a model; the last one stays the same object until its file changes. */
export class PictureReader {
  readonly #engine: Pick<EngineApi, 'picture'>;
  #last: { readonly key: string; readonly picture: Picture } | null = null;

  constructor(engine: Pick<EngineApi, 'picture'>) {
    this.#engine = engine;
  }

  async read(path: string, preprocessing: Preprocessing, call: Call): Promise<Picture> {
    const key = JSON.stringify([path, preprocessing]);
    if (this.#last?.key === key) return this.#last.picture;
    const picture = await this.#engine.picture({ path, preprocessing, maxSide: MAX_SIDE }, call);
    call.signal.throwIfAborted();
    this.#last = { key, picture };
    return picture;
  }

  /** The file has changed. */
  forget(): void {
    this.#last = null;
  }
}
