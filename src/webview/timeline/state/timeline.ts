import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { TimelineMessage } from '../../../protocol/timeline.js';
import type { Frame } from '../../state/frame.js';
import type { Choice } from './choice.js';
import type { KnownTimeline, PageState } from './pageState.js';
import type { Selection } from './selection.js';

/** What every component of the timeline may use. */
export interface Timeline extends Frame {
  readonly timeline: KnownTimeline;
  readonly selection: Selection;
  readonly results: PageState['results'];
  readonly choice: Choice;
  readonly choose: (change: Partial<Choice>) => void;
  /** Whether what is missing is being computed. */
  readonly working: boolean;
  readonly post: (message: TimelineMessage) => void;
}

export const TimelineContext = createContext<Timeline | null>(null);

export function useTimeline(): Timeline {
  const timeline = useContext(TimelineContext);
  if (!timeline) throw new Error('useTimeline outside of the timeline');
  return timeline;
}
