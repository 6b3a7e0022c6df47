import { unnamedClass } from '../../../protocol/distinctLabels.js';
import type { Explanation } from '../../../protocol/explanation.js';

/** The class of another model that is compared with one, and what tells so. */
export interface SameClass {
  readonly index: number;
  readonly by: 'name' | 'number' | 'prediction';
}

/**
 * The class of another model that is compared with one: that of the same name, however it is spelled and whichever of the
 * names of a label it is; without labels, that of the same number where both have as many; else what the other predicts.
 */
export function sameClass(
  index: number,
  labels: readonly string[],
  others: readonly string[],
  { predictions, target }: Pick<Explanation, 'predictions' | 'target'>,
): SameClass {
  const named =
    hasLabels(labels) && hasLabels(others) ? indexOfName(labels[index] ?? '', index, others) : null;
  if (named !== null) return { index: named, by: 'name' };
  const isNumbered = !hasLabels(labels) && !hasLabels(others) && labels.length === others.length;
  if (isNumbered) return { index, by: 'number' };
  return { index: predictions[0]?.index ?? target.index, by: 'prediction' };
}

/** Whether they are more than numbers, which stand where nobody has named the classes. */
function hasLabels(labels: readonly string[]): boolean {
  return labels.some((label, index) => label !== unnamedClass(index));
}

function indexOfName(label: string, index: number, others: readonly string[]): number | null {
  const there = others[index];
  if (there !== undefined && plain(there) === plain(label)) return index;
  const names = namesOf(label);
  const whole = only(others, (other) => plain(other) === plain(label));
  return whole ?? only(others, (other) => namesOf(other).some((name) => names.includes(name)));
}

/** The only label of its kind; null where there is none, or several. */
function only(labels: readonly string[], is: (label: string) => boolean): number | null {
  const first = labels.findIndex(is);
  return first >= 0 && labels.findLastIndex(is) === first ? first : null;
}

/** The names that a label lists between commas, as in ImageNet's. */
function namesOf(label: string): readonly string[] {
  return label.split(',').map(plain);
}

function plain(name: string): string {
  return name
    .normalize()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
}
