import { bootstrap } from './bootstrap.js';
import { countedPictures, plannedSelection, type Selection } from './counted.js';
import type { MetricTable } from './metricTable.js';
import type { EvaluationReport } from './report.js';

/** Every mean of a report: a table for each metric, in the plan's order. */
export function summarise(
  report: EvaluationReport,
  selection: Selection = plannedSelection(report),
): readonly MetricTable[] {
  const { methods, layers, metrics, seed } = report.plan;
  const pictures = countedPictures(report, selection);
  const places = metrics.flatMap((_, k) =>
    layers.flatMap((__, j) => methods.map((___, i) => [i, j, k] as const)),
  );
  const columns = places.map(([i, j, k]) => pictures.map(({ values }) => values[i]?.[j]?.[k] ?? null));
  const estimates = bootstrap(columns, seed);
  return metrics.map((metric, k) => ({
    metric,
    methods,
    rows: layers.map((layer, j) => {
      const first = (k * layers.length + j) * methods.length;
      return { layer, cells: methods.map((_, i) => estimates[first + i] ?? null) };
    }),
  }));
}
