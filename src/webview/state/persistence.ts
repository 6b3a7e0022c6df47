import * as v from 'valibot';
import { METHODS } from '../../protocol/methods.js';
import { MODEL_CHOICE } from '../../protocol/modelChoice.js';
import { SCALE_MODES, type PanelState } from '../../protocol/panel.js';
import { KEPT_DISPLAY } from './keptDisplay.js';
import { subjectOf, type PageState } from './pageState.js';

const VERSION: PanelState['version'] = 5;

const PANEL_STATE = v.object({
  version: v.literal(VERSION),
  view: v.nullable(v.string()),
  views: v.record(v.string(), v.unknown()),
  image: v.string(),
  models: v.pipe(v.array(v.nullable(MODEL_CHOICE)), v.readonly()),
  tensor: v.nullable(v.string()),
  target: v.nullable(v.number()),
  method: v.picklist(METHODS),
  expected: v.nullable(v.number()),
  display: KEPT_DISPLAY,
  framing: v.object({ marks: v.boolean(), cropOnly: v.boolean() }),
  scaleMode: v.picklist(SCALE_MODES),
});

/** What is kept of the page while it is hidden or closed; null before there is anything to keep. */
export function toPanelState(state: PageState): PanelState | null {
  const { view, views, tensor, display, framing, scaleMode } = state;
  const subject = subjectOf(state);
  const explanation = subject?.explanation;
  if (!explanation) return null;
  const { index } = explanation.target;
  return {
    version: VERSION,
    view,
    views,
    image: subject.image.path,
    models: state.subjects.map(({ own }) => own),
    tensor,
    target: index === explanation.predictions[0]?.index ? null : index,
    method: explanation.method,
    expected: subject.expected?.index ?? null,
    display,
    framing,
    scaleMode,
  };
}

/** The state kept by an earlier page; null where it is absent, of another version or damaged. */
export function readPanelState(value: unknown): PanelState | null {
  const result = v.safeParse(PANEL_STATE, value);
  return result.success ? result.output : null;
}
