import * as v from 'valibot';
import { expect, test } from 'vitest';

import manifest from '../../../package.json' with { type: 'json' };
import { checkSettings } from '../../../src/engine/image/settings.js';
import { MODEL_SETTINGS } from '../../../src/protocol/modelSettings.js';

/** A part of a valibot schema, as far as JSON schemas can say it. */
const Part = v.object({
  type: v.string(),
  pipe: v.exactOptional(v.array(v.unknown())),
  wrapped: v.exactOptional(v.unknown()),
  item: v.exactOptional(v.unknown()),
  items: v.exactOptional(v.array(v.unknown())),
  options: v.exactOptional(v.array(v.unknown())),
  value: v.exactOptional(v.unknown()),
  entries: v.exactOptional(v.record(v.string(), v.unknown())),
  requirement: v.exactOptional(v.unknown()),
});

/** The same as a JSON schema; what JSON schemas cannot say is left out. */
function jsonSchema(schema: unknown): Record<string, unknown> {
  const { type, pipe, wrapped, item, items = [], options = [], value, entries = {} } = v.parse(Part, schema);
  const [first, ...actions] = pipe ?? [];
  if (first !== undefined)
    return actions.reduce<Record<string, unknown>>(
      (all, action) => ({ ...all, ...limit(action) }),
      jsonSchema(first),
    );
  switch (type) {
    case 'exact_optional':
      return jsonSchema(wrapped);
    case 'picklist':
      return { enum: options };
    case 'union':
      return { anyOf: options.map(jsonSchema) };
    case 'array':
      return { type, items: jsonSchema(item) };
    case 'strict_tuple':
      return { type: 'array', items: jsonSchema(items[0]), minItems: items.length, maxItems: items.length };
    case 'record':
      return { type: 'object', additionalProperties: jsonSchema(value) };
    case 'strict_object': {
      const properties = Object.entries(entries).map(([name, entry]) => [name, jsonSchema(entry)] as const);
      return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
    }
    default:
      return { type };
  }
}

function limit(action: unknown): Record<string, unknown> {
  const { type, requirement } = v.parse(Part, action);
  switch (type) {
    case 'integer':
      return { type };
    case 'min_value':
      return { minimum: requirement };
    case 'gt_value':
      return { exclusiveMinimum: requirement };
    case 'max_value':
      return { maximum: requirement };
    case 'length':
      return { minItems: requirement, maxItems: requirement };
    case 'non_empty':
      return { minLength: 1 };
    default:
      return {};
  }
}

test('the editor takes for a model what the engine takes', () => {
  const models = manifest.contributes.configuration.properties['relevanceCam.models'];
  const told = new Set(['markdownDescription', 'markdownEnumDescriptions', 'defaultSnippets']);
  const withoutTexts: unknown = JSON.parse(
    JSON.stringify(models.additionalProperties, (key, value: unknown) => (told.has(key) ? undefined : value)),
  );
  expect(withoutTexts).toEqual(jsonSchema(MODEL_SETTINGS));
});

test.each(['mean', 'std'] as const)('%s has a number for each channel', (setting) => {
  const takes = (length: number): boolean => {
    try {
      checkSettings('m.onnx', { [setting]: Array.from({ length }, () => 0.5) });
      return true;
    } catch {
      return false;
    }
  };
  expect([0, 1, 2, 3, 4, 5].filter(takes)).toEqual([1, 3]);
});
