import type { Explanation } from '../../protocol/explanation.js';
import type { Subject } from '../../protocol/panel.js';

/** How the model judges the class that the picture should have. */
export function judgeExpected(
  index: number | null,
  labels: readonly string[],
  explanation: Explanation | null,
): Subject['expected'] {
  const probability = index === null ? undefined : explanation?.probabilities[index];
  if (index === null || explanation === null || probability === undefined) return null;
  const better = explanation.probabilities.filter((other) => other > probability);
  return { index, label: labels[index] ?? String(index), rank: better.length + 1, probability };
}
