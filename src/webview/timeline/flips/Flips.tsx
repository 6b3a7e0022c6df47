import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { Section } from '../../common/Section.js';
import type { KnownRun } from '../state/pageState.js';
import { useTimeline } from '../state/timeline.js';
import { stepText } from '../stepText.js';
import { isFlip } from '../values/flips.js';
import { beforeAfter, between } from '../state/beforeAfter.js';
import { FlipCard } from './FlipCard.js';

/** The pictures whose prediction changed between the checkpoint chosen and the one that it is compared with. */
export function Flips({ step }: { readonly step: number }): VNode {
  const { timeline, strings, post } = useTimeline();
  const { runs, pictures } = timeline;
  if (pictures.length < 2)
    return (
      <Section title={strings.timelineFlips}>
        <p class="quiet flips-note">{strings.timelineOnePicture}</p>
        <button
          type="button"
          class="link"
          onClick={() => {
            post({ type: 'addPictures' });
          }}
        >
          {strings.timelineAddPictures}
        </button>
      </Section>
    );
  return (
    <Section title={strings.timelineFlips}>
      {runs.map((run) => (
        <RunFlips key={run.id} run={run} step={step} isNamed={runs.length > 1} />
      ))}
    </Section>
  );
}

interface RunFlipsProps {
  readonly run: KnownRun;
  readonly step: number;
  /** Whether the run's name has to be said. */
  readonly isNamed: boolean;
}

function RunFlips({ run, step, isNamed }: RunFlipsProps): VNode | null {
  const { timeline, selection, results, choice, strings, working } = useTimeline();
  const pair = between(run, step, choice.against, selection.pinned);
  const name = isNamed && <h3 class="run-name">{run.name}</h3>;
  if (!pair)
    return (
      <>
        {name}
        <p class="quiet">
          {choice.against === 'pinned' ? strings.timelineNothingPinned : strings.timelineNothingBefore}
        </p>
      </>
    );
  const all = beforeAfter(run, timeline, results, pair);
  const known = all.filter((one) => one.before && one.after);
  const flips = known.filter(isFlip);
  const words = {
    before: stepText(run.unit, pair.before.step, strings),
    after: stepText(run.unit, pair.after.step, strings),
    count: flips.length,
    total: known.length,
  };
  const missing = working ? `${strings.working}…` : strings.notComputed;
  const found = fill(flips.length > 0 ? strings.timelineFlipsNote : strings.timelineNoFlips, words);
  return (
    <>
      {name}
      <p class="quiet flips-note" aria-live="polite">
        {known.length > 0 ? found : missing}
      </p>
      <ul class="flips">
        {flips.map((flip) => (
          <li key={flip.picture.path}>
            <FlipCard run={run} flip={flip} between={pair} />
          </li>
        ))}
      </ul>
    </>
  );
}
