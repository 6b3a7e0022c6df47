import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LayerExplanation } from '../../protocol/explanation.js';
import type { MethodId } from '../../protocol/methods.js';
import type { Blocker } from '../../protocol/model.js';
import type { NeedPart, NeedStatus } from '../../protocol/panel.js';
import { knownBlocker, knownLayer, missingParts, NOTHING_KNOWN } from './known.js';
import { usePage } from './page.js';
import { refOf, subjectOf } from './pageState.js';

export interface Results {
  /** null until it is known. */
  layer(method: MethodId, target: number, tensor: string): LayerExplanation | null;
  /** Why the method cannot explain the layer; null where it can or where that is not known yet. */
  blocked(method: MethodId, tensor: string): Blocker | null;
  /** Whether the layer's final values are still to come. */
  partial(method: MethodId, target: number, tensor: string): boolean;
  /** `done` where everything wanted is known, else how what is missing fares. */
  readonly status: NeedStatus;
  /** Stops computing what is missing; what is known stays. */
  readonly cancel: () => void;
  /** Asks again for what is missing: after an error or a cancellation. */
  readonly retry: () => void;
}

const DONE: NeedStatus = { kind: 'done' };
const WAITING: NeedStatus = { kind: 'working', stage: null, fraction: null };

/**
 * What a view shows beyond the explanation of the subject. Only what is missing is asked of the host, and no longer
 * than the view is there. To be used once by a view: the host answers one need at a time.
 */
export function useResults(wanted: readonly NeedPart[]): Results {
  const { state, dispatch, post } = usePage();
  const { need } = state;
  const subject = subjectOf(state);
  const known = subject?.known ?? NOTHING_KNOWN;
  const ref = subject && refOf(subject);
  const [attempt, setAttempt] = useState(0);
  const key = JSON.stringify([wanted, ref, attempt]);
  // Nothing is asked for again when more becomes known, so the effect below must not depend on these.
  const latestRef = useRef({ known, wanted, ref, id: 0 });
  useEffect(() => {
    latestRef.current = { known, wanted, ref, id: Math.max(latestRef.current.id, need?.id ?? 0) };
  });

  useEffect(() => {
    const { known, wanted, ref, id: last } = latestRef.current;
    const parts = missingParts(known, wanted);
    if (!ref || parts.length === 0) return undefined;
    const id = last + 1;
    dispatch({ type: 'asked', id, key });
    post({ type: 'need', need: { id, subject: ref, parts } });
    return () => {
      post({ type: 'need', need: null });
    };
  }, [key, dispatch, post]);

  const missing = missingParts(known, wanted).length > 0;
  const asked = need?.key === key ? need : null;
  const status = missing ? (asked?.status ?? WAITING) : DONE;
  const id = asked?.id ?? null;
  const cancel = useCallback(() => {
    if (id === null) return;
    post({ type: 'need', need: null });
    dispatch({ type: 'needStatus', id, status: { kind: 'cancelled' } });
  }, [id, post, dispatch]);
  const retry = useCallback(() => {
    setAttempt((before) => before + 1);
  }, []);
  return useMemo(
    () => ({
      layer: (method, target, tensor) => knownLayer(known, method, target, tensor)?.layer ?? null,
      blocked: (method, tensor) => knownBlocker(known, method, tensor),
      partial: (method, target, tensor) => knownLayer(known, method, target, tensor)?.partial ?? false,
      status,
      cancel,
      retry,
    }),
    [known, status, cancel, retry],
  );
}
