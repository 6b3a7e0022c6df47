import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { NeedStatus } from '../../protocol/panel.js';
import { WAITING, type AskedNeed, type NeedAction } from './need.js';

export interface NeedState {
  /** `done` where everything wanted is known or nothing more comes, else how what is missing fares. */
  readonly status: NeedStatus;
  /** Stops computing what is missing; what is known stays. */
  readonly cancel: () => void;
  /** Asks again for what is missing: after an error or a cancellation. */
  readonly retry: () => void;
}

export interface NeedOf<Part> {
  readonly need: AskedNeed | null;
  /** Of other things wanted, what is missing is asked for anew. */
  readonly wanted: unknown;
  readonly missing: readonly Part[];
  /** Replaces what was asked for before; null for nothing any more. */
  readonly ask: (need: { readonly id: number; readonly parts: readonly Part[] } | null) => void;
  readonly dispatch: (action: NeedAction) => void;
}

/** Needs are numbered one after the other, whatever they are about; so are attempts, so that none is taken for an earlier one. */
let lastId = 0;
let lastAttempt = 0;
const nextAttempt = (): number => ++lastAttempt;

const DONE: NeedStatus = { kind: 'done' };

/** Asks the host for what is missing, and no longer than the caller is there. The host answers one need at a time. */
export function useNeed<Part>({ need, wanted, missing, ask, dispatch }: NeedOf<Part>): NeedState {
  const [attempt, setAttempt] = useState(nextAttempt);
  const key = JSON.stringify([wanted, attempt]);
  // Nothing is asked for again when more becomes known, so the effect below must not depend on these.
  const latestRef = useRef({ missing, ask });
  useEffect(() => {
    latestRef.current = { missing, ask };
  });
  useEffect(() => {
    const { missing: parts, ask: send } = latestRef.current;
    if (parts.length === 0) return undefined;
    const id = ++lastId;
    dispatch({ type: 'asked', id, key });
    send({ id, parts });
    return () => {
      send(null);
      // What nobody waits for any more is not under way.
      dispatch({ type: 'needStatus', id, status: { kind: 'cancelled' } });
    };
  }, [key, dispatch]);

  const asked = need?.key === key ? need : null;
  const id = asked?.id ?? null;
  const cancel = useCallback(() => {
    if (id === null) return;
    latestRef.current.ask(null);
    dispatch({ type: 'needStatus', id, status: { kind: 'cancelled' } });
  }, [id, dispatch]);
  const retry = useCallback(() => {
    setAttempt(nextAttempt);
  }, []);
  return { status: missing.length > 0 ? (asked?.status ?? WAITING) : DONE, cancel, retry };
}
