/** A whole number or a decimal fraction. */
const NUMBER = /\d+(?:\.\d+)?/g;

/** What people count training by, in front of the number or behind it. */
const LABEL_BEFORE =
  /(?<![a-z0-9])(global_?steps?|epochs?|ep|e|steps?|iterations?|iters?|iter|it|checkpoint|ckpt|rounds?|ticks?)[=_. -]?$/i;
const LABEL_AFTER = /^[_ -]?(epochs?|ep|steps?|iterations?|iters?|it)(?![a-z0-9]|[=_. -]?\d)/i;

/** Where a number stands in a name. */
interface Place {
  readonly values: readonly number[];
  readonly isLabelled: boolean;
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
    (placesOf([name]).some((place) => place.isLabelled) && templateOf(name).split('#').length === 2)
  );
}

/**
 * The steps of names that differ in their numbers alone. Of several numbers that one counts that is called a step or an
 * epoch, or else stands by itself, and of those the one that changes most.
 * @returns one for each name, or null where none of their numbers is a step
 */
export function stepsOf(stems: readonly string[]): readonly number[] | null {
  const whole = placesOf(stems).filter(({ values }) => values.every(Number.isSafeInteger));
  const labelled = whole.filter(({ isLabelled }) => isLabelled);
  const free = whole.filter(({ isFree }) => isFree);
  const running = whole.filter((place) => distinct(place) > 1);
  const [among = []] = [labelled, free, running].filter(({ length }) => length > 0);
  const [first, ...others] = among;
  if (first === undefined) return null;
  return others.reduce((best, place) => (distinct(place) > distinct(best) ? place : best), first).values;
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
      isLabelled: LABEL_BEFORE.test(before) || LABEL_AFTER.test(after),
      isFree: !/[a-z]$/i.test(before) && !/^[a-z]/i.test(after),
    };
  });
}
