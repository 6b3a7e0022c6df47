const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const CELLS = 8;

/** A bar of text, `CELLS` characters for a probability of 1. */
export function bar(probability: number): string {
  const eighths = Math.round(Math.min(Math.max(probability, 0), 1) * CELLS * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

/** Two significant figures below ten per cent, none behind the point above. */
export function percent(probability: number, locale: string): string {
  const fraction = probability < 0.1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 0 };
  return new Intl.NumberFormat(locale, { style: 'percent', ...fraction }).format(probability);
}
