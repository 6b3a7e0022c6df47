import type { VNode } from 'preact';
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { classValueFormat } from '../../protocol/classValue.js';
import { DEFAULT_EMPHASIS } from '../../protocol/explanation.js';
import type { TimelineBootstrap, TimelineMessage, TimelineNeedPart } from '../../protocol/timeline.js';
import { percentFormat } from '../../protocol/numbers.js';
import { FrameContext, type Frame } from '../state/frame.js';
import { useNeed } from '../state/useNeed.js';
import { Skeleton } from '../status/Skeleton.js';
import { initialState, reduce, type Action, type KnownTimeline, type PageState } from './state/pageState.js';
import { choiceOf, toKept } from './state/persistence.js';
import { missingParts } from './state/results.js';
import { aboutOf, selectionOf } from './state/selection.js';
import { TimelineContext, type Timeline } from './state/timeline.js';
import { wantedParts } from './state/wanted.js';
import type { TimelineHost } from './timelineHost.js';
import { TimelinePage } from './TimelinePage.js';

export interface TimelineAppProps {
  readonly host: TimelineHost;
  readonly bootstrap: TimelineBootstrap;
}

/** What the checkpoints of training runs look at. */
export function TimelineApp({ host, bootstrap }: TimelineAppProps): VNode {
  const [state, dispatch] = useReducer(reduce, null, () => {
    const kept = host.load();
    return initialState(kept?.display ?? bootstrap.display, choiceOf(kept));
  });
  const [said, announce] = useState('');
  useEffect(() => {
    const stop = host.listen(dispatch);
    host.post({ type: 'ready' });
    return stop;
  }, [host]);
  useEffect(() => {
    const kept = toKept(state);
    if (kept) host.save(kept);
  }, [host, state]);
  const { strings, locale } = bootstrap;
  const percent = useMemo(() => percentFormat(locale), [locale]);
  const classValue = useMemo(() => classValueFormat(locale), [locale]);
  const frame: Frame = {
    strings,
    percent,
    classValue,
    display: state.display,
    emphasis: bootstrap.display.emphasis ?? DEFAULT_EMPHASIS,
    setDisplay: (change) => {
      dispatch({ type: 'display', change });
    },
    post: host.post,
    announce,
  };
  return (
    <FrameContext.Provider value={frame}>
      {state.timeline ? (
        <Known state={state} timeline={state.timeline} frame={frame} dispatch={dispatch} post={host.post} />
      ) : (
        <main class="body" aria-busy>
          <h1 class="spoken">{strings.timelineLoading}</h1>
          <Skeleton lines={8} />
        </main>
      )}
      <div class="spoken" aria-live="polite">
        {said}
      </div>
    </FrameContext.Provider>
  );
}

interface KnownProps {
  readonly state: PageState;
  readonly timeline: KnownTimeline;
  readonly frame: Frame;
  readonly dispatch: (action: Action) => void;
  readonly post: (message: TimelineMessage) => void;
}

/** Once the host has told of the runs: what is in sight follows from the choice, and what it lacks is asked for. */
function Known({ state, timeline, frame, dispatch, post }: KnownProps): VNode {
  const { results, choice } = state;
  const selection = useMemo(() => selectionOf(timeline, results, choice), [timeline, results, choice]);
  const abouts = timeline.pictures.flatMap((picture) => aboutOf(picture, timeline.method) ?? []);
  const wanted = wantedParts(timeline, selection, choice);
  const need = useNeed<TimelineNeedPart>({
    need: state.need,
    wanted: [wanted, abouts],
    missing: missingParts(results, wanted, (id) => abouts.find(({ picture }) => picture === id) ?? null),
    ask: (asked) => {
      post({ type: 'need', need: asked });
    },
    dispatch,
  });
  const known: Timeline = {
    ...frame,
    timeline,
    selection,
    results,
    choice,
    choose: (change) => {
      dispatch({ type: 'choose', change });
    },
    working: need.status.kind === 'working',
    post,
  };
  return (
    <TimelineContext.Provider value={known}>
      <TimelinePage need={need} />
    </TimelineContext.Provider>
  );
}
