/** Takes an item out of the chosen ones or puts it among them, before the first that comes after it in `all`. */
export function toggled<T>(chosen: readonly T[], item: T, all: readonly T[]): readonly T[] {
  if (chosen.includes(item)) return chosen.filter((other) => other !== item);
  const rank = all.indexOf(item);
  const at = chosen.findIndex((other) => all.indexOf(other) > rank);
  return at < 0 ? [...chosen, item] : chosen.toSpliced(at, 0, item);
}

/** Puts an item in the place of another, which moves aside. */
export function movedTo<T>(list: readonly T[], item: T, place: T): readonly T[] {
  const to = list.indexOf(place);
  return to < 0 ? list : list.filter((other) => other !== item).toSpliced(to, 0, item);
}

/** The item that stands `by` places behind another, or before it where `by` is negative. */
export function neighbour<T>(list: readonly T[], item: T, by: number): T | undefined {
  const at = list.indexOf(item) + by;
  return at >= 0 ? list[at] : undefined;
}
