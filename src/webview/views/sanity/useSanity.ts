import { useCallback, useState } from 'preact/hooks';
import { isWhole, type SanityPart } from '../../../protocol/sanity.js';
import { knownCheck } from '../../state/known.js';
import type { NeedAction } from '../../state/need.js';
import { usePage } from '../../state/page.js';
import { refOf, subjectOf } from '../../state/pageState.js';
import { useNeed, type NeedState } from '../../state/useNeed.js';
import { NOT_BEGUN, type Chain } from './steps.js';

export interface Sanity extends NeedState {
  /** As far as the check has come. */
  readonly chain: Chain;
  /** Begins, or goes on where it was stopped. */
  readonly run: () => void;
}

/**
 * The check of one map, which begins only when it is asked for and no longer than the caller is there.
 * @param part null where there is none
 */
export function useSanity(part: SanityPart | null): Sanity {
  const { state, dispatch, post } = usePage();
  const subject = subjectOf(state);
  const ref = subject && refOf(subject);
  const about = JSON.stringify([ref, part]);
  const [asked, setAsked] = useState<string | null>(null);
  const known = subject && part ? knownCheck(subject.known, part) : null;
  const chain = known ?? NOT_BEGUN;
  const { status, retry } = useNeed<SanityPart>({
    need: state.needs.get(0) ?? null,
    wanted: [about, asked],
    missing: part && asked === about && !isWhole(chain) ? [part] : [],
    ask: (need) => {
      post({ type: 'need', of: 0, need: need && ref && { kind: 'sanity', ...need, subject: ref } });
    },
    dispatch: useCallback(
      (action: NeedAction) => {
        dispatch(action.type === 'asked' ? { ...action, of: 0 } : action);
      },
      [dispatch],
    ),
  });
  return {
    chain,
    status,
    retry,
    run: () => {
      setAsked(about);
    },
    cancel: () => {
      setAsked(null);
    },
  };
}
