import * as v from 'valibot';
import { parseJson } from './json.js';

/**
 * One label per class, as people write them down: JSON, a dictionary or list as Python prints it, or lines.
 * @returns null where it is JSON or Python's and yet no list of labels
 */
export function parseLabels(text: string): readonly string[] | null {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return linesOf(trimmed);
  const json = parseJson(trimmed) ?? parseJson(pythonToJson(trimmed));
  return json === null ? null : labelsOfJson(json);
}

/**
 * The labels that JSON holds: a list of names or of `{id, name}`, an object from index to name or from name to index,
 * or one of these under a name such as `classes`. Keras writes `[WordNet id, name]` for a name.
 */
export function labelsOfJson(json: unknown): readonly string[] | null {
  for (const schema of [Names, Entries, ByIndex, ByName]) {
    const parsed = v.safeParse(schema, json);
    if (parsed.success) return parsed.output;
  }
  const inside = v.safeParse(Wrapped, json);
  if (!inside.success) return null;
  for (const key of WRAPPERS) {
    const labels = key in inside.output ? labelsOfJson(inside.output[key]) : null;
    if (labels !== null) return labels;
  }
  return null;
}

/** Names that lists of labels stand under; `Label` is Lobe's, `CLASS_MAP` Roboflow's, `class_to_idx` torchvision's. */
const WRAPPERS = [
  ...['id2label', 'label_names', 'class_names', 'classes', 'labels', 'names', 'categories'],
  ...['Label', 'CLASS_MAP', 'class_to_idx', 'label2id'],
];

const Wrapped = v.record(v.string(), v.unknown());

const Name = v.union([
  v.string(),
  v.pipe(
    v.strictTuple([v.string(), v.string()]),
    v.transform(([, name]) => name),
  ),
]);

const Names = v.pipe(v.array(Name), v.minLength(1));

const Index = v.pipe(v.number(), v.integer());
/** A class with its number, as COCO's `categories` and many programs list it. */
const Entry = v.pipe(
  v.looseObject({
    id: v.optional(Index),
    index: v.optional(Index),
    name: v.optional(v.string()),
    label: v.optional(v.string()),
  }),
  v.transform(({ id, index, name, label }) => ({ index: id ?? index ?? null, name: name ?? label ?? '' })),
  v.check(({ name }) => name !== ''),
);
const Entries = v.pipe(
  v.array(Entry),
  v.minLength(1),
  v.transform((entries) =>
    entries.every(({ index }) => index === null)
      ? entries.map(({ name }) => name)
      : inOrder(entries.map(({ index, name }): Numbered => [index ?? -1, name])),
  ),
  v.array(v.string()),
);

const ByIndex = v.pipe(
  v.record(v.pipe(v.string(), v.digits()), Name),
  v.transform((names) =>
    inOrder(
      Object.entries(names).map(([index, name]): Numbered => [Number(index), name]),
      [0],
    ),
  ),
  v.array(v.string()),
);
const ByName = v.pipe(
  v.record(v.string(), Index),
  v.transform((indices) =>
    inOrder(
      Object.entries(indices).map(([name, index]): Numbered => [index, name]),
      [0],
    ),
  ),
  v.array(v.string()),
);

type Numbered = readonly [index: number, name: string];

/** Names by their numbers, which are to run without a gap from one of `starts`; null where they do not. */
function inOrder(
  numbered: readonly Numbered[],
  starts: readonly number[] = [0, 1],
): readonly string[] | null {
  const sorted = numbered.toSorted(([one], [other]) => one - other);
  const start = sorted[0]?.[0] ?? -1;
  const isWhole = starts.includes(start) && sorted.every(([index], place) => index === start + place);
  return isWhole ? sorted.map(([, name]) => name) : null;
}

/** One label a line; numbers before all of them, a line of headings over those, and WordNet ids are left out. */
function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim());
  const names =
    numberedBy(lines, NUMBERED, [0, 1]) ??
    numberedBy(lines, /^(\d+)\s+(.+)$/, [0]) ??
    (HEADINGS.test(lines[0] ?? '') ? numberedBy(lines.slice(1), NUMBERED, [0, 1]) : null);
  return (names ?? lines).map((name) => name.replace(/^n\d{8}[\s,]+(?=\S)/, ''));
}

const NUMBERED = /^(\d+)\s*[,:;\t]\s*(.+)$/;
const HEADINGS = /^\D[^,;\t]*[,;\t]/;

/** After a mere space only numbers from 0 on are taken for numbers: “1 cent, 2 cent” are names. */
function numberedBy(
  lines: readonly string[],
  form: RegExp,
  starts: readonly number[],
): readonly string[] | null {
  const numbered = lines.flatMap((line): Numbered[] => {
    const [, index, name] = form.exec(line) ?? [];
    return index === undefined || name === undefined ? [] : [[Number(index), name]];
  });
  return numbered.length === lines.length ? inOrder(numbered, starts) : null;
}

/** Python prints strings in either quotes, keys that are numbers bare, tuples in round brackets. */
function pythonToJson(text: string): string {
  const token = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\d+)(?=\s*:)|,(?=\s*[}\])])|[()]/gs;
  return text.replace(token, (found: string, single?: string, double?: string, key?: string) => {
    const quoted = single ?? double;
    if (quoted !== undefined) return JSON.stringify(quoted.replace(/\\(.)/gs, '$1'));
    if (key !== undefined) return `"${key}"`;
    return found === '(' ? '[' : found === ')' ? ']' : '';
  });
}
