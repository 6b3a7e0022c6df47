import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Section } from '../../common/Section.js';
import { Segmented } from '../../common/Segmented.js';
import { DisplayControls } from '../../picture/DisplayControls.js';
import { useTimeline } from '../state/timeline.js';
import { RunStage } from './RunStage.js';

/** The checkpoint chosen, large, and how it differs from another; one below the other for several runs. */
export function Stage({ step }: { readonly step: number }): VNode {
  const { timeline, choice, choose, strings } = useTimeline();
  const { runs } = timeline;
  const [bare, setBare] = useState(false);
  const against = (
    <Segmented
      label={strings.timelineAgainst}
      value={choice.against}
      options={[
        { value: 'previous', text: strings.timelinePrevious, hint: strings.timelinePreviousHint },
        { value: 'pinned', text: strings.timelinePinned, hint: strings.timelinePinnedHint },
      ]}
      onChange={(value) => {
        choose({ against: value });
      }}
    />
  );
  return (
    <Section
      title={strings.timelineShown}
      note={
        <span class="stage-against">
          <span>{strings.timelineAgainst}</span>
          {against}
        </span>
      }
    >
      {runs.map((run) => (
        <RunStage key={run.id} run={run} step={step} isNamed={runs.length > 1} bare={bare} />
      ))}
      <DisplayControls bare={bare} onBare={setBare} />
    </Section>
  );
}
