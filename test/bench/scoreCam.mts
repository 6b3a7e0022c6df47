import type { ScoreCam } from '../../src/engine/scoreCam/scoreCam.js';
import { ScoreCache } from '../../src/engine/scoreCam/scores.js';
import type { LayerInfo } from '../../src/protocol/model.js';
import { time } from './timing.mjs';

export interface ScoreCamTimes {
  /** Forward passes, one per channel. */
  readonly scorePasses: number;
  readonly scoreMs: number;
  /** Of as many plain passes, one after the other. */
  readonly scorePlainMs: number;
  readonly scoreRatio: number;
  /** Another class of the same layer. */
  readonly scoreAgainMs: number;
}

/** A layer of at most this many channels is scored: the usual one of ResNet-50's `layer2`. */
const MOST_CHANNELS = 512;
/** Both sides take turns of about this many passes, so that they meet the same machine. */
const TURN = 64;

/** Score-CAM of one layer, from opening its session to the map, against plain passes of the model. */
export async function measureScoreCam(
  scoreCam: ScoreCam,
  layers: readonly LayerInfo[],
  input: Float32Array,
  plainPass: () => Promise<unknown>,
): Promise<ScoreCamTimes> {
  const [layer] = layers
    .filter(({ channels }) => channels <= MOST_CHANNELS)
    .toSorted((a, b) => b.channels - a.channels);
  if (layer === undefined) throw new Error(`no layer of at most ${MOST_CHANNELS} channels`);
  const cache = new ScoreCache();
  let scored = 0;
  /** @returns whether the last channel is scored */
  const score = (target: number, until: number): Promise<boolean> => {
    const controller = new AbortController();
    const progress = (_: string, fraction: number | null): void => {
      scored = Math.round((fraction ?? 0) * layer.channels);
      if (scored >= until) controller.abort();
    };
    const request = { input, layers: [layer.tensor], targets: [target], top: 3 };
    return scoreCam
      .explain(request, cache, { signal: controller.signal, progress }, () => undefined)
      .then(
        () => true,
        (error: unknown) => {
          if (!controller.signal.aborted) throw error;
          return false;
        },
      );
  };
  let scoreMs = 0;
  let scorePlainMs = 0;
  for (let isDone = false; !isDone;) {
    const before = scored;
    const turn = await time(() => score(0, before + TURN));
    isDone = turn.result;
    scoreMs += turn.ms;
    for (let pass = before; pass < scored; pass++) scorePlainMs += (await time(plainPass)).ms;
  }
  const scorePasses = scored;
  const again = await time(() => score(1, Infinity));
  return {
    scorePasses,
    scoreMs,
    scorePlainMs,
    scoreRatio: scoreMs / scorePlainMs,
    scoreAgainMs: again.ms,
  };
}
