/** What a model says of classes, as people read it. */

import type { ClassValue, Explanation } from './explanation.js';
import { formatValue, percentFormat } from './numbers.js';

/** How a class's value is written: its probability in percent; a value that stands for none as it is. */
export function classValueFormat(locale: string): (of: ClassValue) => string {
  const percent = percentFormat(locale);
  return ({ probability, value }) => (probability === null ? formatValue(value) : percent(probability));
}

/** What a model says of the class of this index. */
export function classValueOf(
  { values, probabilities }: Pick<Explanation, 'values' | 'probabilities'>,
  index: number,
): ClassValue {
  return { value: values[index] ?? 0, probability: probabilities?.[index] ?? null };
}

/** What classes are ranked by: the higher, the better. */
export function rankingOf({
  values,
  probabilities,
}: Pick<Explanation, 'values' | 'probabilities'>): Float32Array {
  return probabilities ?? values;
}
