/** Colour and dashes of the line of a pair. */
export function lineClass(index: number): string {
  return `pair-${index + 1}`;
}

export function formatTick(value: number): string {
  return String(value).replace('-', '−');
}

export function formatCorrelation(value: number): string {
  // A minus sign of its own width, as in print, and no negative zero.
  return value
    .toFixed(2)
    .replace(/^-(?=0\.00$)/, '')
    .replace('-', '−');
}
