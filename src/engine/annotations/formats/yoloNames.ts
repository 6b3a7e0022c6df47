import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import * as v from 'valibot';
import { reasonOf } from '../../../protocol/reasons.js';
import { fail } from '../../failure.js';
import { readText } from '../../files.js';

export interface YoloNames {
  /** By the number of the class. */
  readonly names: ReadonlyMap<number, string>;
  /** Whether a box is followed by places of key points. */
  readonly hasKeypoints: boolean;
}

/** All scalars are texts: a class may be called 1 or null. */
const DataSet = v.object({
  names: v.union([v.array(v.string()), v.record(v.pipe(v.string(), v.regex(/^\d+$/)), v.string())]),
  kpt_shape: v.optional(v.unknown()),
});

/** @param file a YAML with `names` as a list or by number; a text with a name a line @throws cannotRead, badAnnotations */
export async function readNames(file: string): Promise<YoloNames> {
  const text = await readText(file);
  if (!/\.ya?ml$/i.test(file)) return { names: new Map(namesIn(text).entries()), hasKeypoints: false };
  const parsed = v.safeParse(DataSet, parseYaml(text, file));
  if (!parsed.success) {
    const reason = 'its "names" are neither a list of names nor names by number';
    throw fail('badAnnotations', { file, reason });
  }
  const { names, kpt_shape: keypoints } = parsed.output;
  const byNumber = Object.entries(names).map(([number, name]) => [Number(number), name] as const);
  return { names: new Map(byNumber), hasKeypoints: keypoints !== undefined };
}

function namesIn(text: string): readonly string[] {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((name) => name.trim());
}

function parseYaml(text: string, file: string): unknown {
  try {
    return load(text, { schema: FAILSAFE_SCHEMA });
  } catch (cause) {
    throw fail('badAnnotations', { file, reason: `it is no YAML (${reasonOf(cause)})` }, cause);
  }
}
