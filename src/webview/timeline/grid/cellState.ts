import type { PanelStrings } from '../../../protocol/panelStrings.js';
import type { Blocker } from '../../../protocol/model.js';
import type { Checkpoint, Problem, TimelineLayer } from '../../../protocol/timeline.js';
import { blockedText } from '../../common/blockedText.js';
import type { KnownResult } from '../state/results.js';

/** What there is to show of one layer at one checkpoint. */
export type CellState =
  | { readonly kind: 'known'; readonly layer: TimelineLayer; readonly deleted: boolean }
  | { readonly kind: 'blocked'; readonly blocker: Blocker }
  | ({ readonly kind: 'failed' } & Problem)
  | { readonly kind: 'loading' }
  /** Nothing comes any more unless somebody asks for it; `none`: the run has no such checkpoint or layer. */
  | { readonly kind: 'writing' | 'skipped' | 'deleted' | 'missing' | 'none' };

/** @param working whether what is missing is being computed */
export function cellState(
  checkpoint: Checkpoint | null,
  result: KnownResult | null,
  tensor: string | null,
  working: boolean,
): CellState {
  if (!checkpoint || tensor === null) return { kind: 'none' };
  const layer = result?.layers.get(tensor);
  if (layer) return { kind: 'known', layer, deleted: checkpoint.state.kind === 'deleted' };
  const blocker = result?.blocked.get(tensor);
  return blocker ? { kind: 'blocked', blocker } : withoutMap(checkpoint, working);
}

function withoutMap({ state }: Checkpoint, working: boolean): CellState {
  switch (state.kind) {
    case 'failed':
      return state;
    case 'writing':
    case 'skipped':
    case 'deleted':
      return { kind: state.kind };
    case 'queued':
    case 'working':
    case 'done':
      return { kind: working ? 'loading' : 'missing' };
  }
}

/** In a few words what is in the place of a map; null where there is one. */
export function cellNote(state: CellState, strings: PanelStrings): string | null {
  switch (state.kind) {
    case 'known':
      return state.deleted ? strings.timelineDeleted : null;
    case 'blocked':
      return blockedText(state.blocker, strings);
    case 'failed':
      return state.text;
    case 'loading':
      return `${strings.working}…`;
    case 'writing':
      return strings.timelineWriting;
    case 'skipped':
      return `${strings.timelineSkipped}. ${strings.timelineSkippedHint}`;
    case 'deleted':
      return strings.timelineDeleted;
    case 'missing':
      return strings.notComputed;
    case 'none':
      return strings.timelineNone;
  }
}
