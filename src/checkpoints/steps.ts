/** A whole number or a decimal fraction. */
const NUMBER = /\d+(?:\.\d+)?/g;

/** What people count training by, in front of the number or behind it. */
const LABEL_BEFORE =
  /(?<![a-z0-9])(global_?steps?|epochs?|ep|e|steps?|iterations?|iters?|iter|it|checkpoint|ckpt|rounds?|ticks?)[=_. -]?$/i;
const LABEL_AFTER = /^[_ -]?(epochs?|ep|steps?|iterations?|iters?|it)(?![a-z0-9]|[=_. -]?\d)/i;

/** Where a number stands in a name. */
interface Place {
  readonly values: readonly number[];
  /** What it is called. */
  readonly label: string | null;
  /** Not glued to letters, as the 50 of resnet50 is. */
  readonly isFree: boolean;
}

/** What names that differ in their numbers alone have in common. */
export function templateOf(stem: string): string {
  return stem.replace(NUMBER, '#');
}

/** Whether a folder is named after a step, as Trainer's `checkpoint-500`. */
export function isStepName(name: string): boolean {
  return (
    /^\d+$/.test(name) ||
    (placesOf([name]).some(({ label }) => label !== null) && templateOf(name).split('#').length === 2)
  );
}

export interface Steps {
  /** One for each name. */
  readonly values: readonly number[];
  readonly unit: 'epoch' | 'step';
}

/**
 * The steps of names that differ in their numbers alone. Of several numbers that one counts that is called a step or an
 * epoch, or else stands by itself, and of those the one that changes most.
 * @returns null where none of their numbers is a step
 */
export function stepsOf(stems: readonly string[]): Steps | null {
  const whole = placesOf(stems).filter(({ values }) => values.every(Number.isSafeInteger));
  const labelled = whole.filter(({ label }) => label !== null);
  const free = whole.filter(({ isFree }) => isFree);
  const running = whole.filter((place) => distinct(place) > 1);
  const [among = []] = [labelled, free, running].filter(({ length }) => length > 0);
  const [first, ...others] = among;
  if (first === undefined) return null;
  const best = others.reduce((most, place) => (distinct(place) > distinct(most) ? place : most), first);
  return { values: best.values, unit: best.label?.startsWith('e') === true ? 'epoch' : 'step' };
}

function distinct({ values }: Place): number {
  return new Set(values).size;
}

function placesOf(stems: readonly string[]): Place[] {
  const found = stems.map((stem) => [...stem.matchAll(NUMBER)]);
  const [first = []] = found;
  return first.map(({ 0: text, index, input }, place) => {
    const before = input.slice(0, index);
    const after = input.slice(index + text.length);
    return {
      values: found.map((numbers) => Number(numbers[place]?.[0])),
      label: (LABEL_BEFORE.exec(before)?.[1] ?? LABEL_AFTER.exec(after)?.[1])?.toLowerCase() ?? null,
      isFree: !/[a-z]$/i.test(before) && !/^[a-z]/i.test(after),
    };
  });
}
