export interface ClassMatches {
  /** Class indices, best first, at most the number asked for. */
  readonly indices: readonly number[];
  /** How many classes match in all. */
  readonly total: number;
}

/**
 * Classes whose label contains every word of the query, or whose number it is. Best first: that number, the label
 * itself, labels that begin with the query, labels with a word that does, the rest; equals in the order of the classes.
 * @param named classes that the query means by another name than the label; they count as if it were that
 */
export function searchClasses(
  labels: readonly string[],
  query: string,
  limit: number,
  named: readonly number[] = [],
): ClassMatches {
  const wanted = query.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const number = /^#?(\d+)$/.exec(wanted)?.[1];
  const byRank: number[][] = [[], [], [], [], []];
  let total = 0;
  labels.forEach((label, index) => {
    const text = label.toLowerCase();
    const isNumber = number !== undefined && Number(number) === index;
    const isNamed = named.includes(index);
    if (!isNumber && !isNamed && !words.every((word) => text.includes(word))) return;
    total++;
    byRank[isNumber ? 0 : isNamed ? 1 : rankOf(text, wanted)]?.push(index);
  });
  return { indices: byRank.flat().slice(0, limit), total };
}

function rankOf(text: string, wanted: string): number {
  if (text === wanted) return 1;
  if (text.startsWith(wanted)) return 2;
  return new RegExp(`(^|[^\\p{L}\\p{N}])${escape(wanted)}`, 'u').test(text) ? 3 : 4;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
