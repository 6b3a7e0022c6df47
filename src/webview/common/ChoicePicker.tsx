import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useFrame } from '../state/frame.js';
import { Checkbox } from '../toolkit/index.js';
import { fill } from './format.js';
import { Icon } from './icons.js';
import { NoMatch } from './NoMatch.js';
import { Popover } from './Popover.js';
import { SearchField } from './SearchField.js';

/** Longer lists have a search field; of those longer still, the rest is reached by typing. */
const SEARCHED_FROM = 12;
const MOST_SHOWN = 100;

export interface Choice {
  readonly id: string;
  readonly text: string;
  /** In small, after the text. */
  readonly note: string;
}

export interface ChoicePickerProps<T extends Choice> {
  /** What is chosen. */
  readonly label: string;
  readonly choices: readonly T[];
  readonly isChosen: (choice: T) => boolean;
  readonly onToggle: (choice: T) => void;
  /** Back to what is chosen at first. */
  readonly onReset: () => void;
}

/** A button that says how many of a list are chosen, with the list below it to choose others. */
export function ChoicePicker<T extends Choice>(props: ChoicePickerProps<T>): VNode {
  const { strings } = useFrame();
  const { label, choices, isChosen } = props;
  const count = choices.filter(isChosen).length;
  return (
    <Popover
      popup="dialog"
      buttonClass="pick-button"
      label={fill(strings.choiceLabel, { what: label, count, total: choices.length })}
      button={
        <>
          <span class="quiet">{label}</span>
          <span class="number">{count}</span>
          <Icon name="chevronDown" />
        </>
      }
    >
      <ChoiceList {...props} />
    </Popover>
  );
}

function ChoiceList<T extends Choice>({
  label,
  choices,
  isChosen,
  onToggle,
  onReset,
}: ChoicePickerProps<T>): VNode {
  const { strings } = useFrame();
  const [query, setQuery] = useState('');
  // In a long list what is chosen comes first, but does not move while one chooses.
  const [first] = useState(() => new Set(choices.filter(isChosen).map(({ id }) => id)));
  const isLong = choices.length > SEARCHED_FROM;
  const words = query.toLowerCase().split(/\s+/);
  const found = choices
    .filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)))
    .sort((a, b) => (isLong ? Number(first.has(b.id)) - Number(first.has(a.id)) : 0));
  return (
    <div class="choices">
      {isLong && <SearchField label={strings.searchChoices} value={query} onInput={setQuery} />}
      <div class="choice-list" role="group" aria-label={label} onKeyDown={walk}>
        {found.slice(0, MOST_SHOWN).map((choice) => (
          <Checkbox
            key={choice.id}
            checked={isChosen(choice)}
            onChange={() => {
              onToggle(choice);
            }}
          >
            <span class="choice-text">{choice.text}</span> <span class="choice-note">{choice.note}</span>
          </Checkbox>
        ))}
      </div>
      <NoMatch text={found.length === 0 ? fill(strings.noChoiceMatches, { query }) : null} />
      {found.length > MOST_SHOWN && (
        <p class="quiet padded">{fill(strings.moreChoices, { count: found.length - MOST_SHOWN })}</p>
      )}
      <button type="button" class="popover-foot link" onClick={onReset}>
        {strings.choiceReset}
      </button>
    </div>
  );
}

/** Arrow keys go from one box to the next. */
function walk(event: TargetedKeyboardEvent<HTMLElement>): void {
  const boxes = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=checkbox]')];
  const at = boxes.findIndex((box) => box === document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: boxes.length - 1 }[event.key];
  if (to === undefined) return;
  boxes[to]?.focus();
  event.preventDefault();
}
