import type { VNode } from 'preact';
import { Icon } from '../common/icons.js';
import { Button } from '../toolkit/index.js';
import { Curves } from './curves/Curves.js';
import { Flips } from './flips/Flips.js';
import { Maps } from './grid/Maps.js';
import { TimelineHead } from './head/TimelineHead.js';
import { Spoken } from './Spoken.js';
import { Stage } from './stage/Stage.js';
import { StepBar } from './stage/StepBar.js';
import { useTimeline } from './state/timeline.js';
import type { NeedState } from '../state/useNeed.js';

/** The checkpoint chosen large, all of them in a grid, and their numbers over the training. */
export function TimelinePage({ need }: { readonly need: NeedState }): VNode {
  const { timeline, selection, strings, working, post } = useTimeline();
  const { runs, pictures } = timeline;
  if (runs.length === 0)
    return (
      <Message title={strings.timelineNoRunTitle} text={strings.timelineNoRunText}>
        <Button
          onClick={() => {
            post({ type: 'addRun' });
          }}
        >
          {strings.timelineAddRun}
        </Button>
      </Message>
    );
  const problems = [...runs, ...pictures].flatMap(({ problem }) => problem ?? []);
  return (
    <>
      <TimelineHead />
      {timeline.restarted && <Notice text={strings.restarted} kind="info" />}
      {problems.map((problem) => (
        <Notice key={problem} text={problem} kind="error" />
      ))}
      {selection.step === null ? (
        <NoCheckpoint live={runs.some(({ live }) => live)} />
      ) : pictures.length === 0 ? (
        <Message title={strings.timelineNoPictureTitle} text={strings.timelineNoPictureText}>
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
          <Spoken step={selection.step} />
        </main>
      )}
    </>
  );
}

function NoCheckpoint({ live }: { readonly live: boolean }): VNode {
  const { strings } = useTimeline();
  return live ? (
    <Message title={strings.timelineWaitTitle} text={strings.timelineWaitText} />
  ) : (
    <Message title={strings.timelineEmptyTitle} text={strings.timelineEmptyText} />
  );
}

interface MessageProps {
  readonly title: string;
  readonly text: string;
  readonly children?: VNode;
}

function Message({ title, text, children }: MessageProps): VNode {
  return (
    <main class="message">
      <span class="message-icon">
        <Icon name="timeline" />
      </span>
      <h2>{title}</h2>
      <p role="status">{text}</p>
      {children && <div class="message-buttons">{children}</div>}
    </main>
  );
}

interface NoticeProps {
  readonly text: string;
  readonly kind: 'info' | 'error';
}

function Notice({ text, kind }: NoticeProps): VNode {
  const { strings, post } = useTimeline();
  const isError = kind === 'error';
  return (
    <div class={isError ? 'banner error' : 'banner'} role={isError ? 'alert' : 'status'}>
      <Icon name={kind} />
      <span class="banner-text">{text}</span>
      {isError && (
        <Button
          appearance="secondary"
          onClick={() => {
            post({ type: 'showLog' });
          }}
        >
          {strings.showLog}
        </Button>
      )}
    </div>
  );
}
