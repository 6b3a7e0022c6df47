import * as v from 'valibot';
import { METHOD_FACTS, METHODS, type MethodId } from '../../../protocol/methods.js';
import type { NeedPart } from '../../../protocol/panel.js';
import type { ChoiceShape } from '../shared/view.js';

export const MAX_K = 3;

const CHOICE = v.object({
  methods: v.pipe(v.array(v.picklist(METHODS)), v.readonly()),
  /** The picture is kept above mean + k·σ. */
  k: v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_K)),
});

export type LocalisationChoice = Readonly<v.InferOutput<typeof CHOICE>>;

/** Those of the paper's Figure 5 that come from one run. */
export const LOCALISATION_CHOICE: ChoiceShape<LocalisationChoice> = {
  schema: CHOICE,
  initial: { methods: ['grad-cam', 'grad-cam++', 'relevance-cam'], k: 1 },
};

/** What comes from one run for all methods first. */
export function partsFor(methods: readonly MethodId[], target: number, tensor: string): readonly NeedPart[] {
  const part = (of: readonly MethodId[]): NeedPart => ({
    methods: of,
    targets: [target],
    layers: [tensor],
    top: 1,
    carried: false,
  });
  const quick = methods.filter((method) => !METHOD_FACTS[method].perChannel);
  const slow = methods.filter((method) => METHOD_FACTS[method].perChannel);
  return [quick, slow].filter(({ length }) => length > 0).map(part);
}
