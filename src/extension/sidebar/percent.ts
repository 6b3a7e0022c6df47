const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const CELLS = 8;

/** A bar of text, `CELLS` characters for a probability of 1. */
export function bar(probability: number): string {
  const eighths = Math.round(Math.min(Math.max(probability, 0), 1) * CELLS * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

/** Two significant figures below ten per cent, none behind the point above, but never 100 % for less than 99.95 %. */
export function percent(probability: number, locale: string): string {
  const digits =
    probability < 0.1
      ? { maximumSignificantDigits: 2 }
      : { maximumFractionDigits: probability > 0.99 ? 1 : 0 };
  return new Intl.NumberFormat(locale, { style: 'percent', ...digits }).format(probability);
}
