import { useCallback, useMemo } from 'preact/hooks';
import type { LayerExplanation } from '../../protocol/explanation.js';
import type { MethodId } from '../../protocol/methods.js';
import type { Blocker } from '../../protocol/model.js';
import type { NeedPart } from '../../protocol/panel.js';
import { knownBlocker, knownLayer, missingParts, NOTHING_KNOWN } from './known.js';
import type { NeedAction } from './need.js';
import { usePage } from './page.js';
import { refOf } from './pageState.js';
import { useNeed, type NeedState } from './useNeed.js';

export interface Results extends NeedState {
  /** null until it is known. */
  layer(method: MethodId, target: number, tensor: string): LayerExplanation | null;
  /** Why the method cannot explain the layer; null where it can or where that is not known yet. */
  blocked(method: MethodId, tensor: string): Blocker | null;
  /** Of which part of the method's passes the layer is made, 0 … 1; null where its values are final, or there are none. */
  partial(method: MethodId, target: number, tensor: string): number | null;
}

/**
 * What a view shows beyond the explanation of a subject. To be used once for each by a view.
 * @param of the subject's place in the list
 */
export function useResults(wanted: readonly NeedPart[], of = 0): Results {
  const { state, dispatch, post } = usePage();
  const subject = state.subjects[of] ?? null;
  const known = subject?.known ?? NOTHING_KNOWN;
  const ref = subject && refOf(subject);
  const { status, cancel, retry } = useNeed<NeedPart>({
    need: state.needs.get(of) ?? null,
    wanted: [wanted, ref],
    missing: ref ? missingParts(known, wanted) : [],
    ask: (need) => {
      post({ type: 'need', of, need: need && ref && { kind: 'maps', ...need, subject: ref } });
    },
    dispatch: useCallback(
      (action: NeedAction) => {
        dispatch(action.type === 'asked' ? { ...action, of } : action);
      },
      [dispatch, of],
    ),
  });
  return useMemo(
    () => ({
      layer: (method, target, tensor) => knownLayer(known, method, target, tensor)?.layer ?? null,
      blocked: (method, tensor) => knownBlocker(known, method, tensor),
      partial: (method, target, tensor) => knownLayer(known, method, target, tensor)?.partial ?? null,
      status,
      cancel,
      retry,
    }),
    [known, status, cancel, retry],
  );
}
