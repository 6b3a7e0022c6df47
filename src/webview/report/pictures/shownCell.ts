import type { Cell } from '../../../evaluation/extremes.js';
import type { ReportLayer, ReportPlan } from '../../../evaluation/report.js';
import type { MethodId } from '../../../protocol/methods.js';
import type { MetricId } from '../../../protocol/metrics.js';
import type { Choice } from '../state/choice.js';

/** Whose pictures are shown. */
export interface ShownCell {
  readonly metric: MetricId;
  readonly method: MethodId;
  readonly layer: ReportLayer;
  readonly place: Cell;
}

/** As chosen; the first metric and method and the deepest layer where nothing was, or nothing that the plan has. */
export function shownCell(
  { metrics, methods, layers }: Pick<ReportPlan, 'metrics' | 'methods' | 'layers'>,
  choice: Pick<Choice, 'metric' | 'method' | 'tensor'>,
): ShownCell | null {
  const placeOf = (index: number, other: number): number => (index < 0 ? other : index);
  const place = {
    metric: placeOf(
      metrics.findIndex((id) => id === choice.metric),
      0,
    ),
    method: placeOf(
      methods.findIndex((id) => id === choice.method),
      0,
    ),
    layer: placeOf(
      layers.findIndex(({ tensor }) => tensor === choice.tensor),
      layers.length - 1,
    ),
  };
  const [metric, method, layer] = [metrics[place.metric], methods[place.method], layers[place.layer]];
  return metric && method && layer ? { metric, method, layer, place } : null;
}
