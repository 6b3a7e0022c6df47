import { COLOR_MAPS, METHODS, type Display } from '../../protocol/explanation.js';
import type { PanelState } from '../../protocol/panel.js';
import type { PageState } from './pageState.js';

const VERSION: PanelState['version'] = 1;

/** What is kept of the page while it is hidden or closed; null before there is anything to keep. */
export function toPanelState({ snapshot, tensor, display, sharedScale }: PageState): PanelState | null {
  const explanation = snapshot?.explanation;
  if (!explanation) return null;
  const { index } = explanation.target;
  return {
    version: VERSION,
    image: snapshot.image.path,
    tensor,
    target: index === explanation.predictions[0]?.index ? null : index,
    method: explanation.method,
    expected: snapshot.expected?.index ?? null,
    display,
    sharedScale,
  };
}

/** The state kept by an earlier page; null where it is absent, of another version or damaged. */
export function readPanelState(value: unknown): PanelState | null {
  return isPanelState(value) ? value : null;
}

function isPanelState(value: unknown): value is PanelState {
  return (
    isRecord(value) &&
    value['version'] === VERSION &&
    typeof value['image'] === 'string' &&
    isNullOr('string', value['tensor']) &&
    isNullOr('number', value['target']) &&
    isOneOf(METHODS, value['method']) &&
    isNullOr('number', value['expected']) &&
    isDisplay(value['display']) &&
    typeof value['sharedScale'] === 'boolean'
  );
}

function isDisplay(value: unknown): value is Display {
  return (
    isRecord(value) &&
    isOneOf(COLOR_MAPS, value['colorMap']) &&
    typeof value['opacity'] === 'number' &&
    typeof value['smooth'] === 'boolean' &&
    typeof value['mask'] === 'boolean' &&
    value['scale'] === null
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isNullOr(type: 'string' | 'number', value: unknown): boolean {
  return value === null || typeof value === type;
}

function isOneOf<T>(values: readonly T[], value: unknown): value is T {
  return values.some((known) => known === value);
}
