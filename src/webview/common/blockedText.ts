import type { Blocker } from '../../protocol/model.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import { fill } from './format.js';

/** Why a layer cannot be explained. */
export function blockedText({ op, node, reason }: Blocker, strings: PanelStrings): string {
  const texts: Record<Blocker['reason'], string> = {
    noRule: strings.blockedNoRule,
    takesNothing: strings.blockedTakesNothing,
    notBeforeClassifier: strings.blockedNotBeforeClassifier,
    pixels: strings.blockedPixels,
    severalLogits: strings.blockedSeveralLogits,
    offGrid: strings.blockedOffGrid,
    notFinite: strings.blockedNotFinite,
  };
  return fill(texts[reason], { op, node });
}
