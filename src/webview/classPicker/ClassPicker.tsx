import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Combobox } from '../common/Combobox.js';
import { fill } from '../common/format.js';
import { useFrame } from '../state/frame.js';
import { searchClasses, type ClassMatches } from './classSearch.js';

/** As many as one cares to scroll through; the rest is reached by typing. */
const MOST_SHOWN = 100;

export interface ClassPickerProps {
  readonly labels: readonly string[];
  /** null where not all are known; then the classes come in their own order. */
  readonly probabilities: Float32Array | null;
  /** The class chosen at present. */
  readonly current: number | null;
  readonly onPick: (index: number) => void;
}

/** A search over classes; without a query, the most probable first. */
export function ClassPicker({ labels, probabilities, current, onPick }: ClassPickerProps): VNode {
  const { strings, percent } = useFrame();
  const [query, setQuery] = useState('');
  const byProbability = useMemo(
    () => (probabilities ? mostProbable(probabilities) : inOrder(labels)),
    [probabilities, labels],
  );
  const { indices, total }: ClassMatches = useMemo(
    () => (query.trim() === '' ? byProbability : searchClasses(labels, query, MOST_SHOWN)),
    [labels, byProbability, query],
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
        value: probabilities ? percent(probabilities[index] ?? 0) : '',
      }))}
      chosen={current}
      start={0}
      onPick={onPick}
    >
      {total === 0 && <p class="quiet padded">{fill(strings.noClassMatches, { query })}</p>}
      {total > indices.length && (
        <p class="quiet padded">{fill(strings.moreClasses, { count: total - indices.length })}</p>
      )}
    </Combobox>
  );
}

function inOrder(labels: readonly string[]): ClassMatches {
  return { indices: [...labels.keys()].slice(0, MOST_SHOWN), total: labels.length };
}

function mostProbable(probabilities: Float32Array): ClassMatches {
  const indices = Array.from(probabilities.keys()).sort(
    (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0),
  );
  return { indices: indices.slice(0, MOST_SHOWN), total: indices.length };
}
