import type { ExportKind } from '../../protocol/engineApi.js';
import type { PanelMessage } from '../../protocol/panel.js';
import { knownLayer } from './known.js';
import { subjectOf, type PageState } from './pageState.js';
import { currentMarks, scaleOf } from './selectors.js';

/** What is said to the host so that the map of the chosen layer is saved as it is shown; null where none is shown. */
export function exportMessage(
  state: PageState,
  kinds: readonly ExportKind[],
): Extract<PanelMessage, { type: 'export' }> | null {
  const subject = subjectOf(state);
  const explanation = subject?.explanation;
  const { tensor } = state;
  if (!explanation || tensor === null) return null;
  const shown = knownLayer(subject.known, explanation.method, explanation.target.index, tensor);
  if (!shown) return null;
  const { layer, partial } = shown;
  return {
    type: 'export',
    kinds: kinds.filter((kind) => kind !== 'weights' || layer.weights !== null),
    tensor,
    display: { ...state.display, scale: scaleOf(state, layer, null) },
    cropOnly: state.framing.cropOnly,
    marks: currentMarks(state),
    partial: partial === null ? null : { layer, through: partial },
  };
}
