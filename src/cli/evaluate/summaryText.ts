import { accuracyOf } from '../../evaluation/accuracy.js';
import type { Difference } from '../../evaluation/compare.js';
import { intervalText, metricText, metricTitle, tableTitle } from '../../evaluation/export/numbers.js';
import type { MetricTable } from '../../evaluation/metricTable.js';
import { failureGroups } from '../../evaluation/failureGroups.js';
import type { EvaluationReport, FailedPicture } from '../../evaluation/report.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import { METRIC_FACTS } from '../../protocol/metrics.js';
import { sentence } from '../messages.js';
import { table } from '../terminal.js';

const MOST_NAMES = 10;

/** A report for people: its means, and what there is to know of its pictures. */
export function summaryText(report: EvaluationReport, tables: readonly MetricTable[]): string {
  return [...tables.map(tableText), picturesText(report)].join('\n');
}

/** What got worse, a line each. */
export function differenceText({ metric, method, layer, earlier, later, difference }: Difference): string {
  const change = `${difference.mean > 0 ? '+' : ''}${metricText(difference.mean, metric)}`;
  const from = metricText(earlier.mean, metric);
  const interval = intervalText(difference, metric);
  return `${METHOD_FACTS[method].label} at ${layer.label}: ${metricTitle(metric)} ${from} → ${metricText(later.mean, metric)}, ${change} (95 %: ${interval}, n = ${difference.n})`;
}

function tableText(each: MetricTable): string {
  const { metric, methods, rows } = each;
  const { better } = METRIC_FACTS[metric];
  const head = `${tableTitle(each)}${better === null ? '' : `, ${better} is better`}`;
  const lines = rows.map(({ layer, cells }) => [
    layer.label,
    ...cells.map((cell) =>
      cell === null ? '–' : `${metricText(cell.mean, metric)} (${intervalText(cell, metric)}, n = ${cell.n})`,
    ),
  ]);
  return `${head}\n${table([['layer', ...methods.map((method) => METHOD_FACTS[method].label)], ...lines])}`;
}

function picturesText(report: EvaluationReport): string {
  const { pictures, failed, unread = [], unmatched, plan } = report;
  const accuracy = accuracyOf(report);
  const lines = [
    `${pictures.length} pictures of ${plan.found} below ${plan.root}${plan.onlyCorrect ? '; means are over the correctly classified ones' : ''}\n`,
  ];
  if (accuracy !== null) {
    const percent = ((100 * accuracy.correct) / accuracy.n).toFixed(1);
    lines.push(`classified correctly: ${accuracy.correct} of ${accuracy.n} (${percent} %)\n`);
  }
  if (failed.length > 0) lines.push(`not evaluated: ${failed.length}\n`);
  lines.push(...groupLines(failed));
  if (unread.length > 0)
    lines.push(`evaluated without what is marked in them: ${new Set(unread.map(({ file }) => file)).size}\n`);
  lines.push(...groupLines(unread));
  if (unmatched.length > 0) {
    const names = unmatched.slice(0, MOST_NAMES).map(({ name, pictures: count }) => `${name} (${count})`);
    const more = unmatched.length - names.length;
    const rest = more > 0 ? ` and ${more} more` : '';
    lines.push(`no class of the model, with the number of pictures: ${names.join(', ')}${rest}\n`);
  }
  return lines.join('');
}

function groupLines(failed: readonly FailedPicture[]): readonly string[] {
  return failureGroups(failed).map(({ failure, files }) => `  ${files.length} × ${sentence(failure)}\n`);
}
