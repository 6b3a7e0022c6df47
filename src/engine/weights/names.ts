/** Modules that wrap another one and put their name before those of its tensors: DDP, Lightning, torch.compile. */
const WRAPPERS: ReadonlySet<string> = new Set(['module', 'model', '_orig_mod']);

/** A name without the wrappers, wherever they stand in it. */
export function unwrapped(name: string): string {
  return name
    .split('.')
    .filter((part) => !WRAPPERS.has(part))
    .join('.');
}

/** By its name without wrappers what is named; names that would then be the same stay as they are. */
export function byUnwrapped<T>(named: Iterable<readonly [string, T]>): ReadonlyMap<string, T> {
  const entries = Array.from(named, ([name, value]) => ({ name, value, short: unwrapped(name) }));
  const counts = new Map<string, number>();
  for (const { short } of entries) counts.set(short, (counts.get(short) ?? 0) + 1);
  return new Map(
    entries.map(({ name, short, value }) => [short !== '' && counts.get(short) === 1 ? short : name, value]),
  );
}

/** The module that a tensor belongs to: its name but for the last part. */
export function moduleOf(name: string): string {
  return name.split('.').slice(0, -1).join('.');
}

/** The tensor's name within its module. */
export function leafOf(name: string): string {
  return name.split('.').at(-1) ?? name;
}
