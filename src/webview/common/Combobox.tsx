import type { ComponentChildren, TargetedKeyboardEvent, VNode } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { closePopover } from './Popover.js';

interface Option<Id> {
  readonly id: Id;
  readonly text: string;
  /** In small, after the text. */
  readonly note?: string;
  /** At the end of the line. */
  readonly value: string;
}

export interface ComboboxProps<Id> {
  readonly label: string;
  readonly listLabel: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  /** What the query finds. */
  readonly options: readonly Option<Id>[];
  readonly chosen: Id | null;
  /** Position of the option that is active at first. */
  readonly start: number;
  readonly onPick: (id: Id) => void;
  /** Below the list: what it does not show. */
  readonly children: ComponentChildren;
}

/** A search field over the list of what it finds (WAI-ARIA combobox pattern), in a popover that closes with the choice. */
export function Combobox<Id extends string | number>(props: ComboboxProps<Id>): VNode {
  const { label, listLabel, query, onQuery, options, chosen, start, onPick, children } = props;
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const [active, setActive] = useState(start);
  useLayoutEffect(() => {
    input.current?.focus();
  }, []);
  useLayoutEffect(() => {
    document.getElementById(`${list}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [list, active]);

  const pick = ({ id }: Option<Id>): void => {
    if (input.current) closePopover(input.current);
    onPick(id);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 10, PageUp: active - 10 }[
      event.key
    ];
    const option = options[active];
    if (to !== undefined) setActive(Math.min(Math.max(to, 0), options.length - 1));
    else if (event.key === 'Enter' && option) pick(option);
    else return;
    event.preventDefault();
  };
  return (
    <div class="combobox">
      <input
        ref={input}
        class="search"
        type="text"
        role="combobox"
        spellcheck={false}
        aria-expanded
        aria-autocomplete="list"
        aria-controls={list}
        aria-activedescendant={options.length > 0 ? `${list}-${active}` : undefined}
        aria-label={label}
        placeholder={label}
        value={query}
        onInput={({ currentTarget }) => {
          onQuery(currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={list} class="options" role="listbox" aria-label={listLabel}>
        {options.map((option, position) => (
          <li
            key={option.id}
            id={`${list}-${position}`}
            class={position === active ? 'option active' : 'option'}
            role="option"
            aria-selected={option.id === chosen}
            onClick={() => {
              pick(option);
            }}
          >
            <span class="option-label">{option.text}</span>
            {option.note !== undefined && <span class="option-note">{option.note}</span>}
            <span class="option-value">{option.value}</span>
          </li>
        ))}
      </ul>
      {children}
    </div>
  );
}
