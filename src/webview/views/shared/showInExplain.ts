import type { MethodId } from '../../../protocol/methods.js';
import type { Page } from '../../state/page.js';

/** What of a map is chosen with it; what is left out stays as it is. */
export interface ShownInExplain {
  readonly tensor?: string;
  readonly method?: MethodId;
  readonly target?: number;
}

/** Brings a map into Explain. */
export function showInExplain(
  { dispatch, post }: Pick<Page, 'dispatch' | 'post'>,
  { tensor, method, target }: ShownInExplain,
): void {
  if (tensor !== undefined) {
    dispatch({ type: 'layer', tensor, path: null });
    post({ type: 'selectLayer', tensor });
  }
  if (target !== undefined) post({ type: 'selectClass', index: target });
  if (method !== undefined) post({ type: 'selectMethod', method });
  dispatch({ type: 'view', view: 'explain' });
}
