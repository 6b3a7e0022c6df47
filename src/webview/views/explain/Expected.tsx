import type { ComponentChildren, VNode } from 'preact';
import type { Explanation } from '../../../protocol/explanation.js';
import type { ModelInfo } from '../../../protocol/model.js';
import type { Subject } from '../../../protocol/panel.js';
import { ClassPicker } from '../../classPicker/ClassPicker.js';
import { fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import { Popover, PopoverFoot } from '../../common/Popover.js';
import { usePage } from '../../state/page.js';

export interface ExpectedProps {
  readonly model: ModelInfo;
  readonly explanation: Explanation;
  readonly expected: Subject['expected'];
}

/** What the model predicted beside what it should have. */
export function Expected({ model, explanation, expected }: ExpectedProps): VNode | null {
  const { strings } = usePage();
  const predicted = explanation.predictions[0];
  if (!predicted) return null;
  const picker = (text: ComponentChildren, buttonClass: string, label: string): VNode => (
    <ExpectedPicker {...{ model, explanation, expected, text, buttonClass, label }} />
  );
  return (
    <div class="versus">
      <ClassCard
        title={strings.predicted}
        hint={fill(strings.explainPredicted, { label: predicted.label })}
        target={explanation.target.index}
        entry={{ ...predicted, rank: 1 }}
      />
      {expected ? (
        <ClassCard
          title={strings.expected}
          hint={fill(strings.explainExpected, { label: expected.label })}
          target={explanation.target.index}
          entry={expected}
        >
          {picker(<Icon name="pencil" />, 'icon-button small', strings.changeExpected)}
        </ClassCard>
      ) : (
        <div class="card">
          <span class="card-title">{strings.expected}</span>
          {picker(strings.setExpectedShort, 'link', strings.setExpected)}
        </div>
      )}
    </div>
  );
}

interface ClassCardProps {
  readonly title: string;
  readonly hint: string;
  /** The class explained at present. */
  readonly target: number;
  readonly entry: NonNullable<Subject['expected']>;
  readonly children?: ComponentChildren;
}

function ClassCard({ title, hint, target, entry, children }: ClassCardProps): VNode {
  const { strings, classValue, post } = usePage();
  const explained = entry.index === target;
  return (
    <div class={explained ? 'card current' : 'card'}>
      <span class="card-title">
        {title}
        {children}
      </span>
      <button
        type="button"
        class="card-class"
        aria-pressed={explained}
        title={hint}
        onClick={() => {
          post({ type: 'selectClass', index: entry.index });
        }}
      >
        <span class="card-label">{entry.label}</span>
        <span class="card-note">
          <span class="number">{classValue(entry)}</span>
          {` · ${fill(strings.rank, { rank: entry.rank })}`}
        </span>
      </button>
    </div>
  );
}

interface ExpectedPickerProps extends ExpectedProps {
  readonly text: ComponentChildren;
  readonly buttonClass: string;
  readonly label: string;
}

function ExpectedPicker({
  model,
  explanation,
  expected,
  text,
  buttonClass,
  label,
}: ExpectedPickerProps): VNode {
  const { strings, post } = usePage();
  return (
    <Popover popup="dialog" buttonClass={buttonClass} label={label} button={text}>
      <ClassPicker
        labels={model.labels}
        answer={explanation}
        current={expected?.index ?? null}
        onPick={(index) => {
          post({ type: 'setExpected', index });
        }}
      />
      {expected && (
        <PopoverFoot
          text={strings.clearExpected}
          act={() => {
            post({ type: 'setExpected', index: null });
          }}
        />
      )}
    </Popover>
  );
}
