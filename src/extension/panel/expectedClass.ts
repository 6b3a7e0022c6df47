import type { Explanation } from '../../protocol/explanation.js';
import type { PanelSnapshot } from '../../protocol/panel.js';

/**
 * The class that a name means, as the folders of data sets name them: a label, one of a label's synonyms
 * ("tabby, tabby cat"), the WordNet id that a label begins with, or an index.
 * @returns null where it means none
 */
export function classNamed(name: string, labels: readonly string[]): number | null {
  const wanted = plain(name);
  if (wanted === '') return null;
  const byLabel = labels.findIndex((label) => plain(label) === wanted);
  if (byLabel >= 0) return byLabel;
  const bySynonym = labels.findIndex((label) => synonyms(label).includes(wanted));
  if (bySynonym >= 0) return bySynonym;
  const index = /^\d+$/.test(wanted) ? Number(wanted) : NaN;
  return index < labels.length ? index : null;
}

/** How the model judges the class that the picture should have. */
export function judgeExpected(
  index: number | null,
  labels: readonly string[],
  explanation: Explanation | null,
): PanelSnapshot['expected'] {
  const probability = index === null ? undefined : explanation?.probabilities[index];
  if (index === null || explanation === null || probability === undefined) return null;
  const better = explanation.probabilities.filter((other) => other > probability);
  return { index, label: labels[index] ?? String(index), rank: better.length + 1, probability };
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
}

function synonyms(label: string): string[] {
  const wordNetId = /^n\d{8}(?=\s|$)/.exec(label.toLowerCase())?.[0];
  const words = label
    .slice(wordNetId?.length ?? 0)
    .split(',')
    .map(plain);
  return wordNetId === undefined ? words : [wordNetId, words.join(', '), ...words];
}
