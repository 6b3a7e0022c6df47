import * as v from 'valibot';
import type { Explanation } from '../../../protocol/explanation.js';
import type { ModelInfo } from '../../../protocol/model.js';
import type { Subject } from '../../../protocol/panel.js';
import { depthStages, stageName } from '../../../protocol/depthStages.js';
import { layerChoices, type LayerChoice } from '../../layers/layerChoices.js';
import type { ChoiceShape } from '../shared/view.js';

const CHOICE = v.object({
  /** Class indices; null for what is shown at first. */
  targets: v.nullable(v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.readonly())),
});

export type ClassesChoice = Readonly<v.InferOutput<typeof CHOICE>>;

export const CLASSES_CHOICE: ChoiceShape<ClassesChoice> = { schema: CHOICE, initial: { targets: null } };

/**
 * The classes chosen, as far as the model has them; else the explained, the expected and the predicted one, or where
 * those are one and the same, it and the next most probable.
 */
export function classesFor(
  { targets }: ClassesChoice,
  { target, predictions, values }: Explanation,
  expected: Subject['expected'],
): readonly number[] {
  const chosen = targets?.filter((index) => index < values.length) ?? [];
  if (chosen.length > 0) return chosen;
  const [predicted] = predictions;
  const named = new Set([target, expected, predicted].flatMap((one) => one?.index ?? []));
  const next = predictions.find(({ index }) => !named.has(index));
  return named.size > 1 || next === undefined ? [...named] : [...named, next.index];
}

/** The stages from shallow to deep, or one layer alone. */
export function layersFor(model: ModelInfo, only: string | null): readonly LayerChoice[] {
  const all = layerChoices(model);
  if (only !== null) return all.filter(({ tensor }) => tensor === only);
  const blocked = new Set(model.layers.flatMap(({ tensor, blockedBy }) => (blockedBy ? tensor : [])));
  return depthStages(
    model.tree,
    all.filter(({ tensor }) => !blocked.has(tensor)),
  );
}

/** What the layers are called in short; in full where the short name is that of several. */
export function layerNames(layers: readonly LayerChoice[]): readonly string[] {
  const short = layers.map(({ path }) => stageName(path));
  return layers.map(({ path }, index) => {
    const name = short[index] ?? path;
    return short.indexOf(name) === short.lastIndexOf(name) ? name : path;
  });
}
