import * as v from 'valibot';
import { expect, test } from 'vitest';

import manifest from '../../../package.json' with { type: 'json' };
import { checkSettings } from '../../../src/engine/image/settings.js';

const Length = v.object({ minItems: v.optional(v.number()), maxItems: v.optional(v.number()) });
const List = v.object({ ...Length.entries, anyOf: v.optional(v.array(Length), [{}]) });

/** Whether the editor takes a list of this length for a setting of relevanceCam.models. */
function editorTakes(setting: 'mean' | 'std', length: number): boolean {
  const models = manifest.contributes.configuration.properties['relevanceCam.models'];
  const { anyOf, ...all } = v.parse(List, models.additionalProperties.properties[setting]);
  const fits = ({ minItems = 0, maxItems = Infinity }: v.InferOutput<typeof Length>): boolean =>
    minItems <= length && length <= maxItems;
  return fits(all) && anyOf.some(fits);
}

function engineTakes(setting: 'mean' | 'std', length: number): boolean {
  try {
    checkSettings('m.onnx', { [setting]: Array.from({ length }, () => 0.5) });
    return true;
  } catch {
    return false;
  }
}

test.each(['mean', 'std'] as const)('the editor takes as many numbers of %s as the engine', (setting) => {
  const lengths = [0, 1, 2, 3, 4, 5];
  expect(lengths.filter((length) => editorTakes(setting, length))).toEqual(
    lengths.filter((length) => engineTakes(setting, length)),
  );
  expect(lengths.filter((length) => engineTakes(setting, length))).toEqual([1, 3]);
});
