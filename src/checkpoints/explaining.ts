import { stat } from 'node:fs/promises';

import type { Call, CompareRequest, EngineApi, OpenRequest } from '../protocol/engineApi.js';
import type { Explanation } from '../protocol/explanation.js';
import { METHOD_FACTS } from '../protocol/methods.js';
import type { MethodId } from '../protocol/methods.js';
import { TIMELINE_TOP } from '../protocol/timeline.js';
import type { ResultStore, StoredResult } from './store.js';

/** A checkpoint as it can be opened. */
export interface OpenableCheckpoint {
  readonly opening: OpenRequest;
  /** Tells the state of all its files, and of those that it is opened with, from any other. */
  readonly identity: string;
}

export interface Wanted {
  readonly checkpoint: OpenableCheckpoint;
  /** Absolute path. */
  readonly picture: string;
  readonly method: MethodId;
  /** null: what the checkpoint predicts. */
  readonly target: number | null;
  /** Tensors; none where the prediction alone is wanted. */
  readonly layers: readonly string[];
}

export interface ExplainingContext {
  readonly engine: Pick<EngineApi, 'compare'>;
  readonly store: ResultStore;
  /** Results of another version of the program do not count. */
  readonly version: string;
}

/** Explains pictures at checkpoints, each layer once: what was computed before is read. */
export class CheckpointExplainer {
  readonly #context: ExplainingContext;

  constructor(context: ExplainingContext) {
    this.#context = context;
  }

  /** What is kept of all that is wanted; null where something is missing. */
  async known(wanted: Wanted): Promise<StoredResult | null> {
    const { kept } = await this.#find(wanted);
    return kept !== null && missing(kept, wanted.layers).length === 0 ? only(kept, wanted.layers) : null;
  }

  /** @throws what the engine throws */
  async explain(wanted: Wanted, call: Call): Promise<StoredResult> {
    const { engine, store } = this.#context;
    const { asked, kept } = await this.#find(wanted);
    const layers = missing(kept, wanted.layers);
    if (kept !== null && layers.length === 0) return only(kept, wanted.layers);
    const key = await this.#keyOf(asked);
    const [explanation] = await engine.compare(requestOf(asked, layers), { ...call, lane: 'job' });
    if (explanation === undefined) throw new Error('one method and one class give one explanation');
    const found = resultOf(explanation);
    const isMissing = ({ tensor }: { readonly tensor: string }): boolean => layers.includes(tensor);
    const all: StoredResult = {
      ...found,
      layers: [...(kept?.layers ?? []), ...found.layers.filter(isMissing)],
      blocked: [...(kept?.blocked ?? []), ...found.blocked.filter(isMissing)],
    };
    // A picture that changed while it was explained is another one.
    if ((await this.#keyOf(asked)) === key) {
      await store.put(await this.#keyOf({ ...asked, target: found.target.index }), all);
      if (kept === null) await this.#keepPrediction(asked, found);
    }
    return only(all, wanted.layers);
  }

  /** What is kept of it; where what is predicted is wanted and known, of the class that this is. */
  async #find(wanted: Wanted): Promise<{ readonly asked: Wanted; readonly kept: StoredResult | null }> {
    const { store } = this.#context;
    const kept = await store.get(await this.#keyOf(wanted));
    if (wanted.target !== null || kept === null) return { asked: wanted, kept };
    const asked = { ...wanted, target: kept.target.index };
    return { asked, kept: (await store.get(await this.#keyOf(asked))) ?? kept };
  }

  /** What it predicts is known whatever class was explained. */
  async #keepPrediction(wanted: Wanted, found: StoredResult): Promise<void> {
    const prediction: StoredResult = { ...found, target: found.predicted, layers: [], blocked: [] };
    await this.#context.store.put(await this.#keyOf({ ...wanted, target: null }), prediction);
  }

  async #keyOf({ checkpoint, picture, method, target }: Wanted): Promise<string> {
    const { size, mtimeMs } = await stat(picture);
    return JSON.stringify([
      this.#context.version,
      checkpoint.opening.model,
      checkpoint.opening.settings,
      checkpoint.identity,
      [picture, size, mtimeMs],
      method,
      target,
    ]);
  }
}

/** Opening compiles what explains every layer at once; anything else would be compiled anew for each checkpoint. */
function requestOf(
  { checkpoint, picture, method, target }: Wanted,
  layers: readonly string[],
): CompareRequest {
  return {
    ...checkpoint.opening,
    methods: [method],
    source: { kind: 'image', path: picture },
    targets: [target],
    layers: layers.length > 1 && !METHOD_FACTS[method].perChannel ? null : layers,
    top: TIMELINE_TOP,
    carried: false,
  };
}

/** Those of the layers that a result says nothing of. */
function missing(result: StoredResult | null, layers: readonly string[]): readonly string[] {
  const known = new Set([...(result?.layers ?? []), ...(result?.blocked ?? [])].map(({ tensor }) => tensor));
  return layers.filter((tensor) => !known.has(tensor));
}

function only(result: StoredResult, layers: readonly string[]): StoredResult {
  const isWanted = ({ tensor }: { readonly tensor: string }): boolean => layers.includes(tensor);
  return { ...result, layers: result.layers.filter(isWanted), blocked: result.blocked.filter(isWanted) };
}

function resultOf({ method, target, predictions, layers, blocked }: Explanation): StoredResult {
  return {
    method,
    target,
    predicted: predictions[0] ?? target,
    layers: layers.map(({ tensor, height, width, map, weights, top, relevanceSum }) => ({
      tensor,
      height,
      width,
      map,
      weights,
      top: top.map(({ channel, weight }) => ({ channel, weight })),
      relevanceSum,
    })),
    blocked,
  };
}
