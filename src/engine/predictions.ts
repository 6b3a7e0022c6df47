import type { Explanation, Prediction } from '../protocol/explanation.js';
import type { Activation, ModelInfo } from '../protocol/model.js';

/** How many of the most probable classes are told. */
const TOLD = 5;

/** The softmax of the logits, or the logistic function of each where a class is true or not by itself. */
export function probabilitiesOf(logits: Float32Array, activation: Activation): Float32Array {
  if (activation === 'sigmoid') return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - highest));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return Float32Array.from(powers, (value) => value / total);
}

/** The class of this index as a prediction. */
export function predictionOf(
  index: number,
  logits: Float32Array,
  probabilities: Float32Array,
  labels: readonly string[],
): Prediction {
  return {
    index,
    label: labels[index] ?? `class ${index}`,
    probability: probabilities[index] ?? 0,
    logit: logits[index] ?? 0,
  };
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
  { labels, activation }: Pick<ModelInfo, 'labels' | 'activation'>,
): Pick<Explanation, 'predictions' | 'probabilities' | 'target'> {
  const probabilities = probabilitiesOf(logits, activation);
  return {
    predictions: bestPredictions(logits, probabilities, labels),
    probabilities,
    target: predictionOf(target, logits, probabilities, labels),
  };
}
