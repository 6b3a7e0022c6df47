import type { Norm } from '../recipe.js';
import { moduleOf } from '../names.js';
import type { Weight } from './weight.js';

/** What a constant may be made of, verified by its values. */
export type Candidate = Copy | Fold;

export interface Copy {
  readonly kind: 'copy';
  readonly weight: Weight;
  readonly order: readonly number[];
  /** The furthest that a value is off, as a part of it. */
  readonly error: number;
}

/** A linear operator's weight with the normalisation behind it folded into it, and into its bias. */
export interface Fold {
  readonly kind: 'fold';
  readonly weight: Weight;
  readonly bias: Weight | null;
  readonly axis: number;
  readonly norm: Norm<Weight>;
  /** The furthest that a channel is off, by each ε that fits. */
  readonly errors: ReadonlyMap<number, number>;
  readonly error: number;
}

/** Beyond this, what is off is no rounding of float32. */
export const ROUNDING = 1e-6;

/** The candidates that fit as well as the best does: a copy fits exactly, and rounding explains small differences. */
export function bestOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const best = Math.min(...candidates.map(({ error }) => error));
  const limit = best === 0 ? 0 : Math.max(4 * best, ROUNDING);
  return candidates.filter(({ error }) => error <= limit);
}

/** The modules that what is copied or folded belongs to. */
export function modulesOf(candidate: Candidate): readonly string[] {
  const own = candidate.weight.names.map(moduleOf);
  return candidate.kind === 'copy' ? own : [...own, ...candidate.norm.mean.names.map(moduleOf)];
}

/** What a person tells candidates apart by. */
export function labelOf(candidate: Candidate): string {
  const [name] = candidate.weight.names;
  return candidate.kind === 'copy' ? name : `${name} · ${moduleOf(candidate.norm.mean.names[0])}`;
}
