import { withMinus } from '../../../protocol/numbers.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import type { Values } from './correlationAxis.js';

/** A correlation as it is written where there may be none. */
export function correlationText(
  value: Values[number],
  strings: Pick<PanelStrings, 'classesUndefined'>,
): string {
  if (value === undefined) return '–';
  return value === null ? strings.classesUndefined : formatCorrelation(value);
}

export function formatCorrelation(value: number): string {
  // No negative zero.
  return withMinus(value.toFixed(2).replace(/^-(?=0\.00$)/, ''));
}
