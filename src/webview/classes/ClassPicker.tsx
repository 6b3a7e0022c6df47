import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { closePopover } from '../common/Popover.js';
import { fill } from '../format.js';
import { usePage } from '../page.js';
import { searchClasses, type ClassMatches } from './classSearch.js';

/** As many as one cares to scroll through; the rest is reached by typing. */
const MOST_SHOWN = 100;

export interface ClassPickerProps {
  readonly labels: readonly string[];
  readonly probabilities: Float32Array;
  /** The class chosen at present. */
  readonly current: number | null;
  readonly onPick: (index: number) => void;
}

/** A search field over a list of classes (WAI-ARIA combobox pattern); without a query, the most probable first. */
export function ClassPicker({ labels, probabilities, current, onPick }: ClassPickerProps): VNode {
  const { strings, percent } = usePage();
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const byProbability = useMemo(() => mostProbable(probabilities), [probabilities]);
  const { indices, total }: ClassMatches = useMemo(
    () => (query.trim() === '' ? byProbability : searchClasses(labels, query, MOST_SHOWN)),
    [labels, byProbability, query],
  );
  useLayoutEffect(() => {
    input.current?.focus();
  }, []);
  useLayoutEffect(() => {
    document.getElementById(`${list}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [list, active]);

  const pick = (index: number): void => {
    if (input.current) closePopover(input.current);
    onPick(index);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 10, PageUp: active - 10 }[
      event.key
    ];
    const chosen = indices[active];
    if (to !== undefined) setActive(Math.min(Math.max(to, 0), indices.length - 1));
    else if (event.key === 'Enter' && chosen !== undefined) pick(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <div class="class-picker">
      <input
        ref={input}
        class="search"
        type="text"
        role="combobox"
        spellcheck={false}
        aria-expanded
        aria-autocomplete="list"
        aria-controls={list}
        aria-activedescendant={indices.length > 0 ? `${list}-${active}` : undefined}
        aria-label={strings.searchClasses}
        placeholder={strings.searchClasses}
        value={query}
        onInput={({ currentTarget }) => {
          setQuery(currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={list} class="options" role="listbox" aria-label={strings.searchClasses}>
        {indices.map((index, position) => (
          <li
            key={index}
            id={`${list}-${position}`}
            class={position === active ? 'option active' : 'option'}
            role="option"
            aria-selected={index === current}
            onClick={() => {
              pick(index);
            }}
          >
            <span class="option-label">{labels[index]}</span>
            <span class="option-note">#{index}</span>
            <span class="option-value">{percent(probabilities[index] ?? 0)}</span>
          </li>
        ))}
      </ul>
      {total === 0 && <p class="quiet padded">{fill(strings.noClassMatches, { query })}</p>}
      {total > indices.length && (
        <p class="quiet padded">{fill(strings.moreClasses, { count: total - indices.length })}</p>
      )}
    </div>
  );
}

function mostProbable(probabilities: Float32Array): ClassMatches {
  const indices = Array.from(probabilities.keys()).sort(
    (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0),
  );
  return { indices: indices.slice(0, MOST_SHOWN), total: indices.length };
}
