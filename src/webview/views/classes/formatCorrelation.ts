import { withMinus } from '../../../protocol/numbers.js';

export function formatCorrelation(value: number): string {
  // No negative zero.
  return withMinus(value.toFixed(2).replace(/^-(?=0\.00$)/, ''));
}
