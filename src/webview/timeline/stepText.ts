import type { PanelStrings } from '../../protocol/panelStrings.js';
import type { StepUnit } from '../../protocol/timeline.js';
import { fill } from '../common/format.js';

const TEXTS = {
  epoch: 'timelineEpoch',
  step: 'timelineStep',
  place: 'timelinePlace',
} as const satisfies Readonly<Record<StepUnit, keyof PanelStrings>>;

const UNITS = {
  epoch: 'timelineUnitEpoch',
  step: 'timelineUnitStep',
  place: 'timelineUnitPlace',
} as const satisfies Readonly<Record<StepUnit, keyof PanelStrings>>;

/** What the numbers of a run's steps count. */
export function unitText(unit: StepUnit, strings: PanelStrings): string {
  return strings[UNITS[unit]];
}

/** A step as it is called in its run. */
export function stepText(unit: StepUnit, step: number, strings: PanelStrings): string {
  return fill(strings[TEXTS[unit]], { step });
}
