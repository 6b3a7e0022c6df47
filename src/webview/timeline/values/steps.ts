import type { Checkpoint, Run } from '../../../protocol/timeline.js';

/** The steps at which some run has a checkpoint, rising. */
export function stepsOf(runs: readonly Pick<Run, 'checkpoints'>[]): readonly number[] {
  const steps = new Set(runs.flatMap(({ checkpoints }) => checkpoints.map(({ step }) => step)));
  return [...steps].sort((a, b) => a - b);
}

/** The checkpoint that a run stands at: that of the step, or the last one before it. */
export function checkpointAt(checkpoints: readonly Checkpoint[], step: number): Checkpoint | null {
  return checkpoints.findLast((checkpoint) => checkpoint.step <= step) ?? null;
}

/** Of many steps some, equally far apart, the first and the last among them. */
export function thinned(steps: readonly number[], most: number): readonly number[] {
  if (steps.length <= most) return steps;
  const last = steps.length - 1;
  return Array.from({ length: most }, (_, i) => steps[Math.round((i * last) / (most - 1))] ?? 0);
}

/** Position of the step itself, or of the last one before it; 0 where there is none. */
export function positionOf(steps: readonly number[], step: number): number {
  return Math.max(
    0,
    steps.findLastIndex((other) => other <= step),
  );
}
