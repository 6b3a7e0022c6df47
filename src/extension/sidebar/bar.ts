const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const CELLS = 8;

/** A bar of text, `CELLS` characters for a probability of 1. */
export function bar(probability: number): string {
  const eighths = Math.round(Math.min(Math.max(probability, 0), 1) * CELLS * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
