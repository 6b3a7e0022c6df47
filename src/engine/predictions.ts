import { unnamedClass } from '../protocol/distinctLabels.js';
import type { Explanation, Prediction } from '../protocol/explanation.js';
import type { Activation, ModelInfo } from '../protocol/model.js';
import type { Answer, RawAnswer } from './prepare/logits.js';

/** How a model's answer is read. */
export type AnswerReading = Pick<Answer, 'own' | 'values' | 'sources'> &
  Pick<ModelInfo, 'activation' | 'labels'>;

/** What a model says of every class. */
export type ClassAnswers = Pick<Explanation, 'values' | 'probabilities'>;

/** How many of the most probable classes are told. */
const TOLD = 5;

/** How far the sum of what is a probability each may be from 1. */
const SUM_TOLERANCE = 1e-4;

/** What a model says of every class: what it puts out, and the probabilities that this stands for, if for any. */
export function classAnswers({ output, logits }: RawAnswer, reading: AnswerReading): ClassAnswers {
  const values = ofClasses(output, reading);
  return { values, probabilities: probabilitiesOf(values, { output, logits }, reading) };
}

/** Index of the class that a model predicts by what it puts out. */
export function predictedClass(output: Float32Array, reading: AnswerReading): number {
  const values = reading.own === null ? ofClasses(output, reading) : ownProbabilities(output, reading);
  return values.indexOf(values.reduce((most, value) => Math.max(most, value), -Infinity));
}

/** The class of this index as a prediction. */
function predictionOf(
  index: number,
  { values, probabilities }: ClassAnswers,
  logits: Float32Array,
  labels: readonly string[],
): Prediction {
  return {
    index,
    label: labels[index] ?? unnamedClass(index),
    probability: probabilities?.[index] ?? null,
    value: values[index] ?? 0,
    logit: logits[index] ?? 0,
  };
}

/** The most probable classes, or those of the highest values, best first. */
export function bestPredictions(raw: RawAnswer, reading: AnswerReading): readonly Prediction[] {
  const answers = classAnswers(raw, reading);
  return Array.from(answers.probabilities ?? answers.values, (value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .slice(0, TOLD)
    .map(({ index }) => predictionOf(index, answers, raw.logits, reading.labels));
}

/** What the model says of a picture, and the class that was explained. */
export function predicted(
  raw: RawAnswer & { readonly target: number },
  reading: AnswerReading,
): Pick<Explanation, 'predictions' | 'values' | 'probabilities' | 'target'> {
  const answers = classAnswers(raw, reading);
  return {
    ...answers,
    predictions: bestPredictions(raw, reading),
    target: predictionOf(raw.target, answers, raw.logits, reading.labels),
  };
}

/** One value speaks for class 1, and its complement or negation for class 0. */
function ofClasses(output: Float32Array, { own, values, sources }: AnswerReading): Float32Array {
  const [value = 0, ...others] = output;
  if (others.length > 0) return output;
  const { scale, shift } = sources[0] ?? AS_IT_IS;
  // scale · (1 − p) + shift
  if (values === 'probabilities') return Float32Array.of(scale + 2 * shift - value, value);
  return Float32Array.of(own !== null && value >= 0 && value <= 1 ? 1 - value : -value, value);
}

const AS_IT_IS = { scale: 1, shift: 0 };

function probabilitiesOf(
  values: Float32Array,
  { output, logits }: RawAnswer,
  reading: AnswerReading,
): Float32Array | null {
  const { own, activation } = reading;
  if (activation === 'none') return null;
  if (own === null) {
    const areThey = areProbabilities(values) && (reading.values === 'probabilities' || sumsToOne(values));
    if (reading.values !== 'logits') return areThey ? values : null;
    // Bare logits do not sum to 1.
    return areThey && activation === 'softmax' ? values : activated(values, activation);
  }
  if (own !== activation) return activated(logits, activation);
  const found = ownProbabilities(output, reading);
  const mayBe = reading.values !== 'other' || own === 'sigmoid' || sumsToOne(found);
  return mayBe && areProbabilities(found) ? found : null;
}

/** What the file's own activation gave, of which its output is made. */
function ownProbabilities(output: Float32Array, { values, sources }: AnswerReading): Float32Array {
  const found = output.map((value, index) => {
    const { scale, shift } = sources[index] ?? AS_IT_IS;
    const undone = (value - shift) / scale;
    return values === 'logarithms' ? Math.exp(undone) : undone;
  });
  const [probability = 0, ...others] = found;
  return others.length > 0 ? found : Float32Array.of(1 - probability, probability);
}

function areProbabilities(values: Float32Array): boolean {
  return values.every((value) => value >= 0 && value <= 1 + SUM_TOLERANCE);
}

function sumsToOne(values: Float32Array): boolean {
  return Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < SUM_TOLERANCE;
}

/** The softmax of the logits, or the logistic function of each where a class is true or not by itself. */
function activated(logits: Float32Array, activation: Exclude<Activation, 'none'>): Float32Array {
  if (activation === 'sigmoid') return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = new Float64Array(logits).map((logit) => Math.exp(logit - highest));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return new Float32Array(powers.map((power) => power / total));
}
