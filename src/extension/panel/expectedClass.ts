import { basename, dirname } from 'node:path';

import { ClassNames } from '../../labels/classNames.js';
import { classNamer } from '../../protocol/distinctLabels.js';
import { classValueOf, rankingOf } from '../../protocol/classValue.js';
import type { Explanation } from '../../protocol/explanation.js';
import type { Subject } from '../../protocol/panel.js';
import type { Memory } from '../editor/memory.js';

export type NamedClasses = Pick<Memory, 'expectedClass'>;

/** The class that the user said a picture shows. */
export function namedClassOf(
  picture: string,
  labels: readonly string[],
  memory: NamedClasses,
): number | null {
  const name = memory.expectedClass(picture);
  return name === undefined ? null : new ClassNames(labels).only(name);
}

/** The class that a picture should have: the one that the user named, else the one that its folder is named after. */
export function expectedClassOf(
  picture: string,
  labels: readonly string[],
  memory: NamedClasses,
): number | null {
  return new ClassNames(labels).only(memory.expectedClass(picture) ?? basename(dirname(picture)));
}

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
  return {
    index,
    label: classNamer(labels)(index),
    rank,
    ...classValueOf(explanation, index),
  };
}
