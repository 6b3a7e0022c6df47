import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { NeedStatus } from '../../../protocol/panel.js';
import type { TimelineMessage, TimelineNeedPart } from '../../../protocol/timeline.js';
import type { Action, PageState } from './pageState.js';
import { missingParts, type About } from './results.js';

export interface NeedState {
  /** `done` where everything wanted is known or nothing more comes, else how what is missing fares. */
  readonly status: NeedStatus;
  /** Stops computing what is missing; what is known stays. */
  readonly cancel: () => void;
  /** Asks again for what is missing. */
  readonly retry: () => void;
}

const DONE: NeedStatus = { kind: 'done' };
const WAITING: NeedStatus = { kind: 'working', stage: null, fraction: null };

/** Asks the host for what is wanted and not known. */
export function useNeed(
  { results, need }: PageState,
  wanted: readonly TimelineNeedPart[],
  abouts: readonly About[],
  dispatch: (action: Action) => void,
  post: (message: TimelineMessage) => void,
): NeedState {
  const [attempt, setAttempt] = useState(0);
  const key = JSON.stringify([wanted, abouts, attempt]);
  const missing = missingParts(results, wanted, (picture) => aboutFor(abouts, picture));
  // Nothing is asked for again when more becomes known, so the effect below must not depend on these.
  const latestRef = useRef({ missing, id: 0 });
  useEffect(() => {
    latestRef.current = { missing, id: Math.max(latestRef.current.id, need?.id ?? 0) };
  });
  useEffect(() => {
    const { missing, id: last } = latestRef.current;
    if (missing.length === 0) return undefined;
    const id = last + 1;
    dispatch({ type: 'asked', id, key });
    post({ type: 'need', need: { id, parts: missing } });
    return () => {
      post({ type: 'need', need: null });
    };
  }, [key, dispatch, post]);

  const asked = need?.key === key ? need : null;
  const id = asked?.id ?? null;
  const cancel = useCallback(() => {
    if (id === null) return;
    post({ type: 'need', need: null });
    dispatch({ type: 'needStatus', id, status: { kind: 'cancelled' } });
  }, [id, post, dispatch]);
  const retry = useCallback(() => {
    setAttempt((before) => before + 1);
  }, []);
  return { status: missing.length > 0 ? (asked?.status ?? WAITING) : DONE, cancel, retry };
}

function aboutFor(abouts: readonly About[], picture: number): About | null {
  return abouts.find((about) => about.picture === picture) ?? null;
}
