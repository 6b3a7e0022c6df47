import { FAILSAFE_SCHEMA, JSON_SCHEMA, load } from 'js-yaml';

/** What scalars are read as. */
const SCHEMAS = { texts: FAILSAFE_SCHEMA, json: JSON_SCHEMA } as const;

/** What a text says as YAML; null where it is none. */
export function parseYaml(text: string, scalars: keyof typeof SCHEMAS): unknown {
  try {
    return load(text, { schema: SCHEMAS[scalars] });
  } catch {
    return null;
  }
}
