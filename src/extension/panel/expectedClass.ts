import { classValueOf, rankingOf } from '../../protocol/classValue.js';
import type { Explanation } from '../../protocol/explanation.js';
import type { Subject } from '../../protocol/panel.js';

/** How the model judges the class that the picture should have. */
export function judgeExpected(
  index: number | null,
  labels: readonly string[],
  explanation: Explanation | null,
): Subject['expected'] {
  if (index === null || explanation === null) return null;
  const ranking = rankingOf(explanation);
  const own = ranking[index];
  if (own === undefined) return null;
  const rank = ranking.filter((other) => other > own).length + 1;
  return { index, label: labels[index] ?? String(index), rank, ...classValueOf(explanation, index) };
}
