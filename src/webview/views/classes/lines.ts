import { withMinus } from '../../../protocol/numbers.js';

/** Colour and dashes of the line of a pair. */
export function lineClass(index: number): string {
  return `pair-${index + 1}`;
}

export function formatCorrelation(value: number): string {
  // No negative zero.
  return withMinus(value.toFixed(2).replace(/^-(?=0\.00$)/, ''));
}
