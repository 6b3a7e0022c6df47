import { classNamer } from '../../protocol/distinctLabels.js';
import { accuracyOf } from '../accuracy.js';
import type { EvaluationReport } from '../report.js';
import type { MetricTable } from '../metricTable.js';

/** The means and what they are means of, without the numbers of each picture; percentages as fractions. */
export function jsonOf(report: EvaluationReport, tables: readonly MetricTable[]): string {
  const { program, model, plan, pictures, failed, unmatched } = report;
  const accuracy = accuracyOf(report);
  const { labels, ...identity } = model;
  const classOf = classNamer(labels);
  return `${JSON.stringify(
    {
      program,
      model: identity,
      plan,
      pictures: pictures.length,
      accuracy: accuracy && {
        ...accuracy,
        confusions: accuracy.confusions.map(({ expected, predicted, pictures: count }) => ({
          expected: classOf(expected),
          predicted: classOf(predicted),
          pictures: count,
        })),
      },
      means: tables.flatMap(({ metric, objects, methods, rows }) =>
        rows.flatMap(({ layer, cells }) =>
          methods.flatMap((method, column) => {
            const cell = cells[column];
            return cell ? { metric, objects, method, layer: layer.label, tensor: layer.tensor, ...cell } : [];
          }),
        ),
      ),
      failed: failed.map(({ file, failure }) => ({ file, code: failure.code })),
      unmatched,
    },
    null,
    2,
  )}\n`;
}
