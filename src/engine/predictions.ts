import type { Explanation, Prediction } from '../protocol/explanation.js';

/** How many of the most probable classes are told. */
const TOLD = 5;

/**
 * Softmax of the logits; for one logit the logistic function and its complement.
 * @returns one probability per label
 */
export function probabilitiesOf(logits: Float32Array): Float32Array {
  const [first = 0] = logits;
  const all = logits.length === 1 ? Float32Array.of(first, 0) : logits;
  const highest = all.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(all, (logit) => Math.exp(logit - highest));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return Float32Array.from(powers, (value) => value / total);
}

/** The class of this index as a prediction. With one logit the second class is its negative. */
export function predictionOf(
  index: number,
  logits: Float32Array,
  probabilities: Float32Array,
  labels: readonly string[],
): Prediction {
  const logit = logits.length === 1 && index === 1 ? -(logits[0] ?? 0) : (logits[index] ?? 0);
  return { index, label: labels[index] ?? `class ${index}`, probability: probabilities[index] ?? 0, logit };
}

/** The most probable classes, best first. */
export function bestPredictions(
  logits: Float32Array,
  probabilities: Float32Array,
  labels: readonly string[],
): readonly Prediction[] {
  return Array.from(probabilities, (probability, index) => ({ probability, index }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, TOLD)
    .map(({ index }) => predictionOf(index, logits, probabilities, labels));
}

/** What the model says of a picture, and the class that was explained. */
export function predicted(
  { logits, target }: { readonly logits: Float32Array; readonly target: number },
  labels: readonly string[],
): Pick<Explanation, 'predictions' | 'probabilities' | 'target'> {
  const probabilities = probabilitiesOf(logits);
  return {
    predictions: bestPredictions(logits, probabilities, labels),
    probabilities,
    target: predictionOf(target, logits, probabilities, labels),
  };
}
