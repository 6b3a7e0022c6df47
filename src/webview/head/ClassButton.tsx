import type { VNode } from 'preact';
import type { Explanation } from '../../protocol/explanation.js';
import type { ModelInfo } from '../../protocol/model.js';
import { ClassPicker } from '../classPicker/ClassPicker.js';
import { fill } from '../common/format.js';
import { Icon } from '../common/icons.js';
import { Popover } from '../common/Popover.js';
import { usePage } from '../state/page.js';

export interface ClassButtonProps {
  readonly model: ModelInfo;
  readonly explanation: Explanation;
}

/** The explained class in the page's head; opens the search over all classes. */
export function ClassButton({ model, explanation }: ClassButtonProps): VNode {
  const { strings, classValue, post } = usePage();
  const { index, label } = explanation.target;
  const value = classValue(explanation.target);
  return (
    <Popover
      popup="dialog"
      buttonClass="pick-button"
      label={fill(strings.classButtonLabel, { label, probability: value })}
      button={
        <>
          <span class="quiet">{strings.classButton}</span>
          <span class="pick-text">{label}</span>
          <span class="number">{value}</span>
          <Icon name="chevronDown" />
        </>
      }
    >
      <ClassPicker
        labels={model.labels}
        answer={explanation}
        current={index}
        onPick={(picked) => {
          post({ type: 'selectClass', index: picked });
        }}
      />
    </Popover>
  );
}
