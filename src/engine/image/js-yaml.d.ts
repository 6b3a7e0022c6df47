declare module 'js-yaml' {
  /** What scalars are read as: texts and nothing else, or as JSON has them. */
  export const FAILSAFE_SCHEMA: unique symbol;
  export const JSON_SCHEMA: unique symbol;
  type Schema = typeof FAILSAFE_SCHEMA | typeof JSON_SCHEMA;
  /** @throws YAMLException where the text is no YAML */
  export function load(text: string, options: { readonly schema: Schema }): unknown;
}
