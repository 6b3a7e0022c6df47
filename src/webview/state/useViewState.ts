import { useCallback, useMemo } from 'preact/hooks';
import * as v from 'valibot';
import { usePage } from './page.js';

/**
 * What a view keeps while it is not shown, even while the panel is closed.
 * @param view the view's id
 * @param schema must not change; what was kept in another shape is forgotten
 * @returns the value, and what replaces it
 */
export function useViewState<T>(
  view: string,
  schema: v.GenericSchema<unknown, T>,
  initial: T,
): readonly [T, (value: T) => void] {
  const { state, dispatch } = usePage();
  const kept = state.views[view];
  const parsed = useMemo(() => v.safeParse(schema, kept), [schema, kept]);
  const set = useCallback(
    (value: T) => {
      dispatch({ type: 'viewState', view, value });
    },
    [dispatch, view],
  );
  return [parsed.success ? parsed.output : initial, set];
}
