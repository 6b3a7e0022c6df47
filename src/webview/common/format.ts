/** Puts values into the `{…}` of a text; a name without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}

/** A text about some things, or that about one where there is one. */
export function counted(count: number, one: string, several: string): string {
  return count === 1 ? one : fill(several, { count });
}

/** A share by whole percents. */
export function shareText(share: number, percent: (share: number) => string): string {
  return percent(Math.round(100 * share) / 100);
}
