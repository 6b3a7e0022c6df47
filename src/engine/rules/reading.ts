import type { Reading } from '../../protocol/reading.js';
import type { Value } from '../onnx/builder.js';
import { input } from '../onnx/graph.js';
import type { Backward, Rule, RuleContext, SummedRelevance } from './rule.js';

/**
 * How relevance passes a node: the one decision between the readings of its rule.
 * @param isBounded whether the lowest and highest values of a tensor are known, as of the image's pixels
 * @returns null for a rule that knows but one
 */
export function readingOf(
  { relevance, takers, isStraight }: Rule,
  context: RuleContext,
  isOnTokens: boolean,
  isBounded: (tensor: Value) => boolean = (tensor) => context.range(tensor) !== null,
): Reading | null {
  if (isOnTokens) return 'tokens';
  if (isStraight === true) return 'straight';
  if (!isSummed(relevance)) return null;
  const taker = input(context.node, takers?.(context)[0] ?? 0);
  if (relevance.bounds !== undefined && isBounded(taker)) return 'bounds';
  return relevance.isPositive(context) ? 'positive' : 'gamma';
}

/** What carries relevance, or on tokens the multiplier, by a reading of a rule. */
export function backwardBy(rule: Rule, reading: Reading | null): Backward {
  const { relevance, derivative, multiplier } = rule;
  if (reading === 'tokens') return multiplier ?? derivative;
  if (!isSummed(relevance)) return relevance;
  if (reading === 'bounds' && relevance.bounds !== undefined) return relevance.bounds;
  return reading === 'positive' ? relevance.positive : relevance.gamma;
}

function isSummed(relevance: Rule['relevance']): relevance is SummedRelevance {
  return typeof relevance !== 'function';
}
