import type { VNode } from 'preact';
import type { Explanation } from '../../protocol/explanation.js';
import type { ModelInfo } from '../../protocol/model.js';
import { ClassPicker } from '../classPicker/ClassPicker.js';
import { fill } from '../common/format.js';
import { PickButton } from '../common/PickButton.js';
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
    <PickButton
      popup="dialog"
      label={fill(strings.classButtonLabel, { label, probability: value })}
      caption={strings.classButton}
      text={label}
      value={value}
    >
      <ClassPicker
        labels={model.labels}
        answer={explanation}
        current={index}
        onPick={(picked) => {
          post({ type: 'selectClass', index: picked });
        }}
      />
    </PickButton>
  );
}
