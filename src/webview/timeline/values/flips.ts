import type { Prediction } from '../../../protocol/explanation.js';

/** What one picture was taken for at two checkpoints; null where it is not known. */
export interface BeforeAfter<T> {
  readonly picture: T;
  readonly before: Prediction | null;
  readonly after: Prediction | null;
}

export function isFlip<T>({ before, after }: BeforeAfter<T>): boolean {
  return before !== null && after !== null && before.index !== after.index;
}

/** Those whose prediction changed come first; otherwise in their order. */
export function flippedFirst<T>(pictures: readonly BeforeAfter<T>[]): readonly BeforeAfter<T>[] {
  return [...pictures.filter(isFlip), ...pictures.filter((one) => !isFlip(one))];
}
