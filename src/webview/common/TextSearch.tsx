import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Combobox, type ComboboxProps } from './Combobox.js';
import { fill } from './format.js';
import { NoMatch } from './NoMatch.js';

export interface TextSearchProps<Id> extends Pick<
  ComboboxProps<Id>,
  'label' | 'listLabel' | 'options' | 'chosen' | 'onPick'
> {
  /** Said where nothing is found of the `{query}`. */
  readonly noMatch: string;
}

/** A search over a list by parts of its texts. */
export function TextSearch<Id extends string | number>({
  options,
  noMatch,
  ...list
}: TextSearchProps<Id>): VNode {
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLowerCase();
  const found = options.filter(({ text }) => text.toLowerCase().includes(wanted));
  return (
    <Combobox
      {...list}
      query={query}
      onQuery={setQuery}
      options={found}
      start={Math.max(
        0,
        options.findIndex(({ id }) => id === list.chosen),
      )}
    >
      <NoMatch text={found.length === 0 ? fill(noMatch, { query }) : null} />
    </Combobox>
  );
}
