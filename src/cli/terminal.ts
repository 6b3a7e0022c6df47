/** Where a command writes to. */
export interface Terminal {
  /** Results: standard output. */
  print(text: string): void;
  /** Messages and progress: standard error. */
  report(text: string): void;
  /** Whether somebody watches the messages, so that progress may be shown. */
  readonly interactive: boolean;
}

/** Rows as columns that line up, each column as wide as its widest cell; numbers are set to the right. */
export function table(rows: readonly (readonly (string | number)[])[], indent = '  '): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, String(cell).length)));
  }
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) => {
      const width = widths[i] ?? 0;
      return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
    });
    return `${indent}${cells.join('  ').trimEnd()}\n`;
  });
  return lines.join('');
}
