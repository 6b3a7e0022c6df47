/** Values are the same where they differ by less, of the larger one or of 1: several masks may share a run or not. */
const TOLERANCE = 1e-4;

/** Where two results differ, or null. Bytes of files are compared as they are. */
export function differ(found: unknown, expected: unknown, place = ''): string | null {
  if (typeof found === 'number' && typeof expected === 'number') {
    const isSame = Math.abs(found - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
    return isSame ? null : `${place} is ${found} instead of ${expected}`;
  }
  if (!isObject(found) || !isObject(expected)) return Object.is(found, expected) ? null : `${place} differs`;
  const names = Object.keys(expected);
  if (names.length !== Object.keys(found).length) return `${place} has other parts`;
  for (const name of names) {
    const difference = differ(found[name], expected[name], `${place}.${name}`);
    if (difference !== null) return difference;
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
