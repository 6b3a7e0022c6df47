import type { VNode } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import {
  CHANNEL_ORDERS,
  FITS,
  INTERPOLATIONS,
  LAYOUTS,
  type Preprocessing,
} from '../../../../protocol/model.js';
import type { PanelStrings } from '../../../../protocol/panelStrings.js';
import { fill } from '../../../common/format.js';
import { usePage } from '../../../state/page.js';
import { Button, Dropdown } from '../../../toolkit/index.js';
import { channelCount, draftOf, MAX_SIDE, readDraft, refit, type Draft, type Problem } from './draft.js';

type TextKey = Exclude<keyof Draft, 'fit' | 'interpolation' | 'channelOrder' | 'layout'>;

export interface PreprocessingFormProps {
  readonly value: Preprocessing;
  readonly onClose: () => void;
}

/** Nothing happens before Apply; a field with a mistake says what it wants. */
export function PreprocessingForm({ value, onClose }: PreprocessingFormProps): VNode {
  const { strings, post } = usePage();
  const [draft, setDraft] = useState(() => draftOf(value));
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const result = readDraft(draft, value);
  const problems = 'problems' in result ? result.problems : {};
  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
  };
  const text = (key: TextKey, label = strings[key]): VNode => (
    <TextRow
      label={label}
      value={draft[key]}
      problem={problems[key] ? problemText(problems[key], draft, strings) : null}
      onInput={(typed) => {
        change({ [key]: typed });
      }}
    />
  );
  /** The form closes, so the keyboard is back at what opened it. */
  const save = (preprocessing: Preprocessing | null): void => {
    post({ type: 'setPreprocessing', preprocessing });
    onClose();
  };
  return (
    <form
      ref={form}
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if ('value' in result) save(result.value);
      }}
    >
      <ChoiceRow
        label={strings.fit}
        value={draft.fit}
        options={FITS}
        texts={[strings.fitCrop, strings.fitCut, strings.fitSquash, strings.fitLetterbox]}
        onChange={(fit) => {
          setDraft(refit(draft, fit));
        }}
      />
      {draft.fit !== 'letterbox' &&
        text('resize', draft.fit === 'squash' ? strings.resizeBoth : strings.resize)}
      {text('inputWidth')}
      {text('inputHeight')}
      <ChoiceRow
        label={strings.interpolation}
        value={draft.interpolation}
        options={INTERPOLATIONS}
        texts={INTERPOLATIONS}
        onChange={(interpolation) => {
          change({ interpolation });
        }}
      />
      {text('rangeLow')}
      {text('rangeHigh')}
      {text('mean')}
      {text('std')}
      <ChoiceRow
        label={strings.channelOrder}
        value={draft.channelOrder}
        options={CHANNEL_ORDERS}
        texts={['RGB', 'BGR', strings.channelGrey]}
        onChange={(channelOrder) => {
          change({ channelOrder });
        }}
      />
      <ChoiceRow
        label={strings.layout}
        value={draft.layout}
        options={LAYOUTS}
        texts={LAYOUTS}
        onChange={(layout) => {
          change({ layout });
        }}
      />
      <div class="form-buttons">
        <Button
          disabled={'problems' in result}
          onClick={() => {
            if ('value' in result) save(result.value);
          }}
        >
          {strings.apply}
        </Button>
        <Button
          appearance="secondary"
          onClick={() => {
            save(null);
          }}
        >
          {strings.reset}
        </Button>
        <Button appearance="secondary" onClick={onClose}>
          {strings.close}
        </Button>
      </div>
    </form>
  );
}

interface TextRowProps {
  readonly label: string;
  readonly value: string;
  readonly problem: string | null;
  readonly onInput: (value: string) => void;
}

function TextRow({ label, value, problem, onInput }: TextRowProps): VNode {
  const id = useId();
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        class="field"
        type="text"
        spellcheck={false}
        value={value}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onInput={({ currentTarget }) => {
          onInput(currentTarget.value);
        }}
      />
      {problem !== null && (
        <span id={`${id}-problem`} class="problem" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}

interface ChoiceRowProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly T[];
  /** In the order of `options`. */
  readonly texts: readonly string[];
  readonly onChange: (value: T) => void;
}

function ChoiceRow<T extends string>({ label, value, options, texts, onChange }: ChoiceRowProps<T>): VNode {
  return (
    <>
      <span>{label}</span>
      <Dropdown
        label={label}
        value={value}
        options={options.map((option, index) => ({ value: option, text: texts[index] ?? option }))}
        onChange={onChange}
      />
    </>
  );
}

function problemText(problem: Problem, draft: Draft, strings: PanelStrings): string {
  switch (problem) {
    case 'integer':
      return fill(strings.invalidInteger, { max: MAX_SIDE });
    case 'number':
      return strings.invalidNumber;
    case 'range':
      return strings.invalidRange;
    case 'list':
      return channelCount(draft) === 1
        ? strings.invalidOne
        : fill(strings.invalidList, { count: channelCount(draft) });
    case 'std':
      return strings.invalidStd;
  }
}
