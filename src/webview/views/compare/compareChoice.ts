import { useMemo } from 'preact/hooks';
import * as v from 'valibot';
import { METHODS, METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { ColorMapId } from '../../../protocol/explanation.js';
import type { ModelInfo } from '../../../protocol/model.js';
import { isDiverging } from '../../../heatmap/colorScale.js';
import { extentOf } from '../../../heatmap/normalize.js';
import { stageEnds } from '../../../protocol/depthStages.js';
import { layerChoices, pixelChoice, type LayerChoice } from '../../layers/layerChoices.js';
import type { Scale } from '../../state/selectors.js';
import { PAPER_METHODS } from '../shared/columnOrder.js';
import type { ChoiceShape, ViewProps } from '../shared/view.js';

const CHOICE = v.object({
  methods: v.pipe(v.array(v.picklist(METHODS)), v.readonly()),
  /** Tensors; null for the ends of the stages, the deepest first. */
  layers: v.nullable(v.pipe(v.array(v.string()), v.readonly())),
  scale: v.picklist(['own', 'shared']),
  size: v.optional(v.picklist(['fit', 'small', 'medium', 'large']), 'fit'),
});

/** What the view keeps. */
export type CompareKept = v.InferOutput<typeof CHOICE>;

export const COMPARE_CHOICE: ChoiceShape<CompareKept> = {
  schema: CHOICE,
  initial: { methods: PAPER_METHODS, layers: null, scale: 'own', size: 'fit' },
};

/** What is compared, and how to choose something else. */
export interface CompareChoice extends Pick<CompareKept, 'methods' | 'scale' | 'size'> {
  readonly layers: readonly LayerChoice[];
  /** Every layer there is, the deepest first and the input's pixels last. */
  readonly allLayers: readonly LayerChoice[];
  readonly setMethods: (methods: readonly MethodId[] | null) => void;
  readonly setLayers: (layers: readonly LayerChoice[] | null) => void;
  readonly setSize: (size: CompareKept['size']) => void;
  readonly setScale: (scale: CompareKept['scale']) => void;
}

export function useCompareChoice(
  { model, choice, choose }: ViewProps<CompareKept>,
  pixels: string,
): CompareChoice {
  const allLayers = useMemo(
    () => [pixelChoice(model, pixels), ...layerChoices(model)].reverse(),
    [model, pixels],
  );
  const layers = useMemo(
    () => chosenLayers(model, allLayers, choice.layers),
    [model, allLayers, choice.layers],
  );
  return {
    ...choice,
    layers,
    allLayers,
    setMethods: (methods) => {
      choose({ ...choice, methods: methods ?? COMPARE_CHOICE.initial.methods });
    },
    setLayers: (chosen) => {
      choose({ ...choice, layers: chosen?.map(({ tensor }) => tensor) ?? null });
    },
    setSize: (size) => {
      choose({ ...choice, size });
    },
    setScale: (scale) => {
      choose({ ...choice, scale });
    },
  };
}

/** The layers kept; the ends of the stages, the deepest first, where none were, or none of this model. */
export function chosenLayers(
  model: ModelInfo,
  all: readonly LayerChoice[],
  kept: readonly string[] | null,
): readonly LayerChoice[] {
  const byTensor = new Map(all.map((layer) => [layer.tensor, layer]));
  const named = (tensors: readonly string[]): readonly LayerChoice[] =>
    tensors.flatMap((tensor) => byTensor.get(tensor) ?? []);
  const chosen = kept && named(kept);
  if (chosen && (chosen.length > 0 || kept.length === 0)) return chosen;
  const open = model.layers.filter(({ blockedBy }) => blockedBy === null);
  return named(stageEnds(model.tree, open).map(({ tensor }) => tensor)).toReversed();
}

/** How maps of a grid are coloured. */
export interface GridColors extends Pick<CompareKept, 'scale' | 'methods'> {
  readonly colorMap: ColorMapId;
}

/** What the ends of the colours stand for: a map's own values, or ± its largest magnitude where zero has one colour. */
export function scaleOfMap(map: Float32Array, colors: GridColors): Scale {
  const [low, high] = extentOf(map);
  if (!hasOneZero(colors)) return [low, high];
  const most = Math.max(-low, high);
  return [signed(colors) ? -most : 0, most];
}

/** The ends of the colours in the legend, the same for all maps. */
export function legendScale(colors: GridColors): Scale {
  return [hasOneZero(colors) && signed(colors) ? -1 : 0, 1];
}

/** Whether zero has the same colour in all maps: that of a diverging colour map is white in those of both signs anyway. */
export function hasOneZero(colors: GridColors): boolean {
  return colors.scale === 'shared' || (isDiverging(colors.colorMap) && signed(colors));
}

function signed({ methods }: GridColors): boolean {
  return methods.some((method) => METHOD_FACTS[method].signed);
}
