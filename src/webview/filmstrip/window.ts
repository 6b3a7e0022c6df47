/** Pictures beyond each edge that are drawn too, so that a slow hand sees no gap. */
const BEYOND = 3;

/** Which items of equal width are in sight, and some beside them: from `first` to before `end`. */
export function inSight(
  scroll: number,
  width: number,
  item: number,
  count: number,
): { readonly first: number; readonly end: number } {
  const first = Math.max(0, Math.floor(scroll / item) - BEYOND);
  const end = Math.min(count, Math.ceil((scroll + width) / item) + BEYOND);
  return { first: Math.min(first, end), end };
}

/** Where to scroll so that an item is in sight; one that is far away comes to the middle. */
export function scrollTo(index: number, scroll: number, width: number, item: number): number {
  const left = index * item;
  if (left >= scroll && left + item <= scroll + width) return scroll;
  const isNear = left + 2 * item > scroll && left - item < scroll + width;
  if (isNear) return left < scroll ? left : left + item - width;
  return Math.max(0, left - (width - item) / 2);
}

/** The item that a key leads to; null where it leads nowhere. */
export function itemAfter(key: string, at: number, count: number, page: number): number | null {
  const to = {
    ...{ ArrowRight: at + 1, ArrowLeft: at - 1, PageDown: at + page, PageUp: at - page },
    ...{ Home: 0, End: count - 1 },
  }[key];
  return to === undefined ? null : Math.min(Math.max(to, 0), count - 1);
}
