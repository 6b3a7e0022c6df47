import type { EvaluationChoice } from '../../evaluation/disk/choice.js';
import { depthStages } from '../../protocol/depthStages.js';
import { METRICS } from '../../protocol/metrics.js';
import type { ModelInfo } from '../../protocol/model.js';
import { methodsFor } from '../../protocol/pixels.js';

const USUAL = {
  methods: ['relevance-cam', 'grad-cam', 'grad-cam++'],
  metrics: ['average-drop', 'average-increase', 'iou', 'sparsity'],
  limit: 100,
  onlyCorrect: false,
  sources: [],
} satisfies Omit<EvaluationChoice, 'layers'>;

/** What was chosen last, as far as it fits the model; the usual where it does not. */
export function choiceFor(
  model: Pick<ModelInfo, 'layers' | 'tree' | 'input'>,
  last: EvaluationChoice | undefined,
): EvaluationChoice {
  const { methods, layers, metrics, ...others } = { ...USUAL, layers: [], ...last };
  const known = model.layers.filter(({ blockedBy }) => blockedBy === null);
  const offered = methodsFor(model);
  const fitting = known.filter(({ tensor }) => layers.includes(tensor));
  return {
    ...others,
    methods: orAll(
      offered.filter((method) => methods.includes(method)),
      offered.slice(0, 1),
    ),
    metrics: orAll(
      METRICS.filter((metric) => metrics.includes(metric)),
      USUAL.metrics,
    ),
    layers: orAll(fitting, depthStages(model.tree, known)).map(({ tensor }) => tensor),
  };
}

function orAll<T>(some: readonly T[], otherwise: readonly T[]): readonly T[] {
  return some.length > 0 ? some : otherwise;
}
