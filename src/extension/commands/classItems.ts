import type { QuickPickItem } from 'vscode';

import { ClassNames } from '../../labels/classNames.js';
import { classValueFormat, classValueOf, rankingOf } from '../../protocol/classValue.js';
import { distinctLabels } from '../../protocol/distinctLabels.js';
import type { Subject } from '../../protocol/panel.js';

export interface ClassItem extends QuickPickItem {
  /** null: the predicted class, or none. */
  readonly index?: number | null;
}

/**
 * Every class of a model as an item of a pick, found by its WordNet id too: the most probable first, or in their own order
 * before that is known.
 */
export function classItems(
  labels: readonly string[],
  explanation: Subject['explanation'],
  language: string,
): readonly ClassItem[] {
  const valueText = classValueFormat(language);
  const names = new ClassNames(labels);
  const ranking = explanation && rankingOf(explanation);
  return distinctLabels(labels)
    .map((label, index) => {
      const value = explanation === null ? [] : [valueText(classValueOf(explanation, index))];
      const id = names.wordNetId(index);
      const description = [index, ...value, ...(id === null ? [] : [id])].join(' · ');
      return { label, index, rank: ranking?.[index] ?? 0, description };
    })
    .sort((a, b) => b.rank - a.rank);
}
