import type { Prediction } from '../../../protocol/explanation.js';
import type { MethodId } from '../../../protocol/methods.js';
import type { Blocker } from '../../../protocol/model.js';
import type {
  CheckpointResult,
  TimelineLayer,
  TimelineNeedPart,
  TimelineSnapshot,
} from '../../../protocol/timeline.js';

/** Of so many pairs of a checkpoint and a picture maps are kept; of those heard of longest ago, predictions alone. */
const MOST_WITH_MAPS = 4096;

/** What is known of one picture at one checkpoint, of one method and class. */
export interface KnownResult {
  readonly checkpoint: number;
  readonly picture: number;
  readonly target: Prediction;
  readonly predicted: Prediction;
  /** By tensor. */
  readonly layers: ReadonlyMap<string, TimelineLayer>;
  readonly blocked: ReadonlyMap<string, Blocker>;
}

/** By checkpoint, picture, method and class; what was heard of last comes last. */
export type Results = ReadonlyMap<string, KnownResult>;

/** Which class of a picture is explained how. */
export interface About {
  readonly picture: number;
  readonly method: MethodId;
  readonly target: number;
}

export function resultOf(
  results: Results,
  checkpoint: number,
  { picture, method, target }: About,
): KnownResult | null {
  return results.get(keyOf(checkpoint, picture, method, target)) ?? null;
}

/** What is known with these results added. */
export function learn(results: Results, more: readonly CheckpointResult[]): Results {
  const next = new Map(results);
  for (const { checkpoint, picture, method, target, predicted, layers, blocked } of more) {
    const key = keyOf(checkpoint, picture, method, target.index);
    const before = next.get(key);
    next.delete(key);
    next.set(key, {
      checkpoint,
      picture,
      target,
      predicted,
      layers: new Map([...(before?.layers ?? []), ...layers.map((layer) => [layer.tensor, layer] as const)]),
      blocked: new Map([
        ...(before?.blocked ?? []),
        ...blocked.map(({ tensor, blockedBy }) => [tensor, blockedBy] as const),
      ]),
    });
  }
  for (const [key, result] of [...next].slice(0, -MOST_WITH_MAPS))
    next.set(key, { ...result, layers: new Map() });
  return next;
}

/** What is known of the checkpoints and pictures that there are. */
export function stillThere(results: Results, { runs, pictures }: TimelineSnapshot): Results {
  const checkpoints = new Set(runs.flatMap((run) => run.checkpoints.map(({ id }) => id)));
  const probes = new Set(pictures.map(({ id }) => id));
  return new Map(
    [...results].filter(([, { checkpoint, picture }]) => checkpoints.has(checkpoint) && probes.has(picture)),
  );
}

/**
 * The parts of what is wanted that are not known yet, and nothing else: what is asked for is sent again.
 * @param aboutOf null for a picture whose class is not known
 */
export function missingParts(
  results: Results,
  wanted: readonly TimelineNeedPart[],
  aboutOf: (picture: number) => About | null,
): readonly TimelineNeedPart[] {
  const isKnown = (checkpoint: number, picture: number, layers: readonly string[]): boolean => {
    const about = aboutOf(picture);
    const result = about && resultOf(results, checkpoint, about);
    return (
      result !== null && layers.every((tensor) => result.layers.has(tensor) || result.blocked.has(tensor))
    );
  };
  return wanted.flatMap(({ checkpoints, pictures, layers }) => {
    const parts: { checkpoints: number[]; pictures: readonly number[]; layers: readonly string[] }[] = [];
    for (const checkpoint of checkpoints) {
      const lacking = pictures.filter((picture) => !isKnown(checkpoint, picture, layers));
      const last = parts.at(-1);
      if (last?.pictures.join() === lacking.join()) last.checkpoints.push(checkpoint);
      else if (lacking.length > 0) parts.push({ checkpoints: [checkpoint], pictures: lacking, layers });
    }
    return parts;
  });
}

function keyOf(checkpoint: number, picture: number, method: MethodId, target: number): string {
  return `${checkpoint} ${picture} ${method} ${target}`;
}
