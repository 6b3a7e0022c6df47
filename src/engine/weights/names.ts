/**
 * Modules that wrap another one and put their name before those of its tensors: DDP, Lightning, torch.compile, FSDP,
 * activation checkpointing, Opacus.
 */
const WRAPPERS: ReadonlySet<string> = new Set([
  ...['module', 'model', '_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module', '_module'],
]);

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

/**
 * What is known, by the names that are wanted: a program may keep a network in a module of its own (`net.`, `backbone.`),
 * whose path all its names have in front, or another one that the wanted names have there.
 * @param wanted for each thing the names that it may have
 * @param also the same of things that may be missing
 * @returns what is known by its own names, where these are wanted, or several such paths would do
 */
export function underPath<T>(
  known: ReadonlyMap<string, T>,
  wanted: readonly (readonly string[])[],
  also: readonly (readonly string[])[] = [],
): ReadonlyMap<string, T> {
  const fitting = new Map<string, ReadonlyMap<string, T>>();
  for (const [ours, theirs] of pathsTo(wanted[0]?.[0] ?? '', [...known.keys()])) {
    const valuesOf = (names: readonly string[]): readonly (readonly [string, T])[] =>
      names.flatMap((name) => {
        const value = name.startsWith(ours) ? known.get(`${theirs}${name.slice(ours.length)}`) : undefined;
        return value === undefined ? [] : [[name, value] as const];
      });
    const found = wanted.map(valuesOf);
    if (found.some((each) => each.length === 0)) continue;
    if (ours === theirs) return known;
    fitting.set(`${ours} ${theirs}`, new Map([...found, ...also.map(valuesOf)].flat()));
  }
  const [only = known, ...others] = fitting.values();
  return others.length === 0 ? only : known;
}

/** Which path in front of a name could stand for which of the known ones. */
function pathsTo(name: string, known: readonly string[]): readonly (readonly [string, string])[] {
  const parts = name.split('.');
  // A leaf alone, as `weight`, is that of any module.
  const ends = parts.slice(0, -1).map((_, start) => parts.slice(start).join('.'));
  const paths = ends.flatMap((end) =>
    known
      .filter((each) => each === end || each.endsWith(`.${end}`))
      .map((each) => [name.slice(0, -end.length), each.slice(0, -end.length)] as const),
  );
  return [['', ''], ...paths];
}

/** The module that a tensor belongs to: its name but for the last part. */
export function moduleOf(name: string): string {
  return name.split('.').slice(0, -1).join('.');
}

/** The tensor's name within its module. */
export function leafOf(name: string): string {
  return name.split('.').at(-1) ?? name;
}
