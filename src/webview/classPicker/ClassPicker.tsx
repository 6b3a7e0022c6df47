import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { classValueOf, rankingOf } from '../../protocol/classValue.js';
import type { Explanation } from '../../protocol/explanation.js';
import { ClassNames } from '../../labels/classNames.js';
import { Combobox } from '../common/Combobox.js';
import { fill } from '../common/format.js';
import { NoMatch } from '../common/NoMatch.js';
import { useFrame } from '../state/frame.js';
import { searchClasses, type ClassMatches } from './classSearch.js';

/** As many as one cares to scroll through; the rest is reached by typing. */
const MOST_SHOWN = 100;

export interface ClassPickerProps {
  readonly labels: readonly string[];
  /** What the model says of the classes; null where that is not known of all; then they come in their own order. */
  readonly answer: Pick<Explanation, 'values' | 'probabilities'> | null;
  /** The class chosen at present. */
  readonly current: number | null;
  readonly onPick: (index: number) => void;
}

/** A search over classes; without a query, the most probable first. */
export function ClassPicker({ labels, answer, current, onPick }: ClassPickerProps): VNode {
  const { strings, classValue } = useFrame();
  const [query, setQuery] = useState('');
  const names = useMemo(() => new ClassNames(labels), [labels]);
  const best = useMemo(() => (answer ? highest(rankingOf(answer)) : inOrder(labels)), [answer, labels]);
  const { indices, total }: ClassMatches = useMemo(
    () => (query.trim() === '' ? best : searchClasses(labels, query, MOST_SHOWN, names.named(query))),
    [labels, names, best, query],
  );
  return (
    <Combobox
      label={strings.searchClasses}
      listLabel={strings.searchClasses}
      query={query}
      onQuery={setQuery}
      options={indices.map((index) => ({
        id: index,
        text: labels[index] ?? '',
        note: `#${index}`,
        value: answer ? classValue(classValueOf(answer, index)) : '',
      }))}
      chosen={current}
      start={0}
      onPick={onPick}
    >
      <NoMatch text={total === 0 ? fill(strings.noClassMatches, { query }) : null} />
      {total > indices.length && (
        <p class="quiet padded">{fill(strings.moreClasses, { count: total - indices.length })}</p>
      )}
    </Combobox>
  );
}

function inOrder(labels: readonly string[]): ClassMatches {
  return { indices: [...labels.keys()].slice(0, MOST_SHOWN), total: labels.length };
}

function highest(ranking: Float32Array): ClassMatches {
  const indices = Array.from(ranking.keys()).sort((a, b) => (ranking[b] ?? 0) - (ranking[a] ?? 0));
  return { indices: indices.slice(0, MOST_SHOWN), total: indices.length };
}
