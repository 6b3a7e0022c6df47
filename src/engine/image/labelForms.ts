import * as v from 'valibot';
import { parseJson } from './json.js';
import { labelsOfLines, recordsOf } from './labelLines.js';
import { LABEL_NAMES, plainName } from './labelNames.js';
import { inOrder, type Numbered } from './numbered.js';
import { parseYaml } from './yaml.js';

/**
 * One label per class, as people write them down: JSON, one object or a line for each, a dictionary or list as Python
 * prints it, YAML, a table, or lines.
 * @returns null where it is JSON or Python's and yet no list of labels
 */
export function parseLabels(text: string): readonly string[] | null {
  const trimmed = text.replaceAll(REMARK, '').trim();
  if (/^[[{(]/.test(trimmed) && !/^\[\d+\] /.test(trimmed)) {
    const json = parseJson(trimmed) ?? parseJson(pythonToJson(trimmed)) ?? parseJsonLines(trimmed);
    return json === null ? null : labelsOfJson(json);
  }
  const yaml = /^(?:- |\w[\w ]*:\s*(?:$|[[{]))/m.test(trimmed) ? parseYaml(trimmed, 'texts') : null;
  return labelsOfJson(yaml) ?? entriesIn(recordsOf(trimmed)) ?? labelsOfLines(trimmed);
}

/** Lines that speak to people. */
const REMARK = /^[ \t]*(?:#(?=\s|$)|\/\/).*$/gm;

/**
 * The labels that JSON holds: a list of names or of `{id, name}`, an object from index to name or from name to index,
 * or one of these under a name such as `classes`. Keras writes `[WordNet id, name]` for a name.
 */
export function labelsOfJson(json: unknown): readonly string[] | null {
  for (const schema of [Names, Entries, ByIndex, ByName]) {
    const parsed = v.safeParse(schema, json);
    if (parsed.success) return parsed.output;
  }
  return labelsWithin(json, MAX_DEPTH);
}

/** Settings of programs nest what they say of a data set or a model. */
const MAX_DEPTH = 3;

function labelsWithin(json: unknown, depth: number): readonly string[] | null {
  const inside = v.safeParse(Dictionary, json);
  if (!inside.success) return null;
  const entries = Object.entries(inside.output);
  for (const name of LABEL_NAMES) {
    const [, value] = entries.find(([key]) => plainName(key) === name) ?? [];
    const labels = labelsOfJson(value);
    if (labels !== null) return labels;
  }
  if (depth === 0) return null;
  for (const [, value] of entries) {
    const labels = labelsWithin(value, depth - 1);
    if (labels !== null) return labels;
  }
  return null;
}

const Dictionary = v.pipe(
  v.record(v.string(), v.unknown()),
  v.check((value) => !Array.isArray(value)),
);

/** YAML's are read as texts. */
const Index = v.union([v.pipe(v.number(), v.integer()), v.pipe(v.string(), v.digits(), v.transform(Number))]);

/** What the number and the name of a class are called where it is one of several things that are said of it. */
const INDEX_KEYS = ['id', 'index', 'idx', 'classid', 'classindex', 'classidx', 'labelid', 'number'];
const NAME_KEYS = ['name', 'label', 'class', 'classname', 'labelname', 'displayname', 'title'];

/** A class with its number, as COCO's `categories`, many programs and tables list it. */
const Entry = v.pipe(
  Dictionary,
  v.transform((entry) => {
    const plain = new Map(Object.entries(entry).map(([key, value]) => [plainName(key), value]));
    const first = (keys: readonly string[]): unknown => plain.get(keys.find((key) => plain.has(key)) ?? '');
    return { index: first(INDEX_KEYS), name: first(NAME_KEYS) };
  }),
  v.object({ index: v.optional(Index), name: v.pipe(v.string(), v.nonEmpty()) }),
);

const Name = v.union([
  v.string(),
  v.pipe(
    v.strictTuple([v.string(), v.string()]),
    v.transform(([, name]) => name),
  ),
]);

const Names = v.pipe(v.array(Name), v.minLength(1));

const Entries = v.pipe(
  v.array(Entry),
  v.minLength(1),
  v.transform((entries) =>
    entries.every(({ index }) => index === undefined)
      ? entries.map(({ name }) => name)
      : inOrder(entries.map(({ index, name }): Numbered => [index ?? -1, name])),
  ),
  v.array(v.string()),
);

const NameOfIndex = v.union([
  Name,
  v.pipe(
    Entry,
    v.transform(({ name }) => name),
  ),
]);

const ByIndex = v.pipe(
  v.record(v.pipe(v.string(), v.digits()), NameOfIndex),
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

function entriesIn(records: readonly unknown[]): readonly string[] | null {
  const parsed = v.safeParse(Entries, records);
  return parsed.success ? parsed.output : null;
}

/** A list of what each line is as JSON; null where one is none. */
function parseJsonLines(text: string): unknown {
  const lines = text.split('\n').map(parseJson);
  return lines.includes(null) ? null : lines;
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
