import { correlation } from '../../heatmap/correlation.js';
import type { LayerExplanation } from '../../protocol/explanation.js';
import type { RawExplanation } from './explainer.js';

/** Logits are the same where they differ by less than this part of the largest. */
const LOGITS = 1e-3;
/** Maps and weights are alike from this correlation on … */
const ALIKE = 0.9999;
/** … and of one size where their greatest values differ by less than this part. */
const SIZE = 1e-2;

/**
 * In what one device explains the same otherwise than another: `logits`, or the name of a layer's tensor, the last in the
 * order of computation, since what deviates there deviates in those before it too. null where it is the same.
 */
export function disagreement(
  expected: readonly RawExplanation[],
  found: readonly RawExplanation[],
): string | null {
  for (const [index, explanation] of expected.entries()) {
    const other = found[index];
    if (other?.target !== explanation.target || !areNear(explanation.logits, other.logits)) return 'logits';
    const layers = new Map(other.layers.map((layer) => [layer.tensor, layer]));
    const apart = explanation.layers.findLast((layer) => !areSame(layer, layers.get(layer.tensor)));
    if (apart !== undefined) return apart.tensor;
  }
  return null;
}

function areSame(expected: LayerExplanation, found: LayerExplanation | undefined): boolean {
  if (found === undefined || !areAlike(expected.map, found.map)) return false;
  return expected.weights === null || (found.weights !== null && areAlike(expected.weights, found.weights));
}

function areAlike(expected: Float32Array, found: Float32Array): boolean {
  const [size, other] = [largest(expected), largest(found)];
  // What is no number must be none on either device: it is told as such.
  if (!Number.isFinite(size)) return !Number.isFinite(other);
  if (expected.length !== found.length || !(Math.abs(size - other) <= SIZE * size)) return false;
  return (correlation(expected, found) ?? 1) >= ALIKE;
}

function areNear(expected: Float32Array, found: Float32Array): boolean {
  const tolerance = LOGITS * largest(expected);
  return (
    expected.length === found.length &&
    expected.every((value, index) => Math.abs(value - (found[index] ?? NaN)) <= tolerance)
  );
}

/** The greatest magnitude; NaN where one of the values is. */
function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
