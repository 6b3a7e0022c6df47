import type { VNode } from 'preact';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import type { ExplainedClass } from '../../../protocol/timeline.js';
import { ClassPicker } from '../../classPicker/ClassPicker.js';
import { fill } from '../../common/format.js';
import { PickButton } from '../../common/PickButton.js';
import { PopoverFoot } from '../../common/Popover.js';
import type { KnownPicture } from '../state/pageState.js';
import { useTimeline } from '../state/timeline.js';

export interface TargetButtonProps {
  readonly picture: KnownPicture;
  readonly target: ExplainedClass;
}

const WHY = {
  user: 'timelineByUser',
  expected: 'timelineByExpected',
  last: 'timelineByLast',
} as const satisfies Readonly<Record<ExplainedClass['by'], keyof PanelStrings>>;

/** The class explained at every checkpoint, and why this one; opens the search over all classes. */
export function TargetButton({ picture, target }: TargetButtonProps): VNode {
  const { timeline, strings, post } = useTimeline();
  const labels = timeline.runs.find((run) => run.model)?.model?.labels ?? [];
  const { label, index, by } = target;
  const why = strings[WHY[by]];
  const select = (to: number | null): void => {
    post({ type: 'selectClass', picture: picture.id, index: to });
  };
  return (
    <PickButton
      popup="dialog"
      label={fill(strings.timelineClassButton, { label, why })}
      caption={strings.classButton}
      text={label}
    >
      <ClassPicker labels={labels} answer={null} current={index} onPick={select} />
      {by === 'user' && (
        <PopoverFoot
          text={strings.timelineClassReset}
          act={() => {
            select(null);
          }}
        />
      )}
    </PickButton>
  );
}
