import * as v from 'valibot';

import { METHODS } from '../../protocol/methods.js';
import { MODEL_CHOICE } from '../../protocol/modelChoice.js';
import type { PanelState } from '../../protocol/panel.js';

/** The part of the page's state that the host needs to restore a panel. */
const RESTORED = v.object({
  version: v.literal(5 satisfies PanelState['version']),
  image: v.pipe(v.string(), v.nonEmpty()),
  models: v.array(v.nullable(MODEL_CHOICE)),
  target: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
  tensor: v.nullable(v.string()),
  method: v.picklist(METHODS),
});

export type RestoredPanel = v.InferOutput<typeof RESTORED>;

/** @returns null where the state is missing or of another version */
export function restoredPanel(state: unknown): RestoredPanel | null {
  const result = v.safeParse(RESTORED, state);
  return result.success ? result.output : null;
}
