import type { VNode } from 'preact';
import type { NeedState } from '../state/useNeed.js';
import { Banner } from '../status/Banner.js';
import { Message } from '../status/Message.js';
import { Button } from '../toolkit/index.js';
import { Curves } from './curves/Curves.js';
import { Flips } from './flips/Flips.js';
import { Maps } from './grid/Maps.js';
import { TimelineHead } from './head/TimelineHead.js';
import { RemedyButton } from './RemedyButton.js';
import { Spoken } from './Spoken.js';
import { Stage } from './stage/Stage.js';
import { StepBar } from './stage/StepBar.js';
import { useTimeline } from './state/timeline.js';

/** The checkpoint chosen large, all of them in a grid, and their numbers over the training. */
export function TimelinePage({ need }: { readonly need: NeedState }): VNode {
  const { timeline, selection, strings, working, post } = useTimeline();
  const { runs, pictures } = timeline;
  if (runs.length === 0)
    return (
      <Message icon="timeline" title={strings.timelineNoRunTitle} text={strings.timelineNoRunText} alone>
        <Button
          onClick={() => {
            post({ type: 'addRun' });
          }}
        >
          {strings.timelineAddRun}
        </Button>
      </Message>
    );
  const problems = [
    ...runs.flatMap(({ id, problem }) => (problem === null ? [] : [{ run: id, ...problem }])),
    ...pictures.flatMap(({ problem }) =>
      problem === null ? [] : [{ run: '', text: problem, remedy: null }],
    ),
  ];
  return (
    <>
      <TimelineHead />
      {timeline.restarted && <Banner kind="info" text={strings.restarted} />}
      {problems.map(({ run, text, remedy }) => (
        <Banner key={`${run} ${text}`} kind="error" text={text}>
          {remedy !== null && <RemedyButton run={run} remedy={remedy} />}
          <Button
            appearance="secondary"
            onClick={() => {
              post({ type: 'showLog' });
            }}
          >
            {strings.showLog}
          </Button>
        </Banner>
      ))}
      {selection.step === null ? (
        <NoCheckpoint live={runs.some(({ live }) => live)} />
      ) : pictures.length === 0 ? (
        <Message icon="timeline" title={strings.timelineNoPictureTitle} text={strings.timelineNoPictureText}>
          <Button
            onClick={() => {
              post({ type: 'addPictures' });
            }}
          >
            {strings.timelineAddPictures}
          </Button>
        </Message>
      ) : (
        <main class="timeline" aria-busy={working}>
          <StepBar step={selection.step} need={need} />
          <div class="timeline-columns">
            <div class="timeline-column">
              <Stage step={selection.step} />
              <Flips step={selection.step} />
            </div>
            <Maps />
          </div>
          <Curves step={selection.step} />
          <Spoken step={selection.step} status={need.status} />
        </main>
      )}
    </>
  );
}

function NoCheckpoint({ live }: { readonly live: boolean }): VNode {
  const { strings } = useTimeline();
  return live ? (
    <Message icon="timeline" title={strings.timelineWaitTitle} text={strings.timelineWaitText} />
  ) : (
    <Message icon="timeline" title={strings.timelineEmptyTitle} text={strings.timelineEmptyText} />
  );
}
