import { OBJECT_SIZES, type MetricId } from '../protocol/metrics.js';
import { bootstrap } from './bootstrap.js';
import { countedPictures, plannedSelection } from './counted.js';
import type { MetricTable } from './metricTable.js';
import type { EvaluationReport } from './report.js';

/**
 * Every mean of a report: a table for each metric, in the plan's order; behind that of IoU one of small objects and one of
 * large ones, where there are both.
 */
export function summarise(report: EvaluationReport): readonly MetricTable[] {
  return tablesOf(report, report.plan.metrics, null).flatMap((table) =>
    table.metric === 'iou' ? [table, ...bySize(report, table.metric)] : [table],
  );
}

function bySize(report: EvaluationReport, metric: MetricId): readonly MetricTable[] {
  const tables = OBJECT_SIZES.flatMap((objects) => tablesOf(report, [metric], objects));
  const saysSomething = ({ rows }: MetricTable): boolean =>
    rows.some(({ cells }) => cells.some((cell) => cell !== null));
  return tables.every(saysSomething) ? tables : [];
}

function tablesOf(
  report: EvaluationReport,
  asked: readonly MetricId[],
  objects: MetricTable['objects'],
): readonly MetricTable[] {
  const { methods, layers, metrics, seed } = report.plan;
  const pictures = countedPictures(report, { ...plannedSelection(report), objects });
  const places = asked.flatMap((metric) =>
    layers.flatMap((_, j) => methods.map((__, i) => [i, j, metrics.indexOf(metric)] as const)),
  );
  const columns = places.map(([i, j, k]) => pictures.map(({ values }) => values[i]?.[j]?.[k] ?? null));
  const estimates = bootstrap(columns, seed);
  return asked.map((metric, place) => ({
    metric,
    objects,
    methods,
    rows: layers.map((layer, j) => {
      const first = (place * layers.length + j) * methods.length;
      return { layer, cells: methods.map((_, i) => estimates[first + i] ?? null) };
    }),
  }));
}
