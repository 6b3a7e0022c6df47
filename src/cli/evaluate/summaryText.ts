import { accuracyOf } from '../../evaluation/accuracy.js';
import type { Difference } from '../../evaluation/compare.js';
import { plannedSelection } from '../../evaluation/counted.js';
import { intervalText, metricText, metricTitle } from '../../evaluation/export/numbers.js';
import type { MetricTable } from '../../evaluation/metricTable.js';
import { failureGroups } from '../../evaluation/failureGroups.js';
import type { EvaluationReport } from '../../evaluation/report.js';
import { summarise } from '../../evaluation/summary.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import { METRIC_FACTS } from '../../protocol/metrics.js';
import { sentence } from '../messages.js';
import { table } from '../terminal.js';

/** Objects that cover less of the input than this count as small: of them even a right map's mask has little in common. */
const SMALL = 0.3;
const MOST_NAMES = 10;

/** A report for people: its means, and what there is to know of its pictures. */
export function summaryText(report: EvaluationReport, tables: readonly MetricTable[]): string {
  return [
    ...tables.map((each) => tableText(each, '')),
    ...smallObjects(report).map((each) =>
      tableText(each, `, less than ${100 * SMALL} % of the picture marked`),
    ),
    picturesText(report),
  ].join('\n');
}

/** What got worse, a line each. */
export function differenceText({ metric, method, layer, earlier, later, difference }: Difference): string {
  const change = `${difference.mean > 0 ? '+' : ''}${metricText(difference.mean, metric)}`;
  const from = metricText(earlier.mean, metric);
  const interval = intervalText(difference, metric);
  return `${METHOD_FACTS[method].label} at ${layer.label}: ${metricTitle(metric)} ${from} → ${metricText(later.mean, metric)}, ${change} (95 %: ${interval}, n = ${difference.n})`;
}

function tableText({ metric, methods, rows }: MetricTable, note: string): string {
  const { better } = METRIC_FACTS[metric];
  const head = `${metricTitle(metric)}${note}${better === null ? '' : `, ${better} is better`}`;
  const lines = rows.map(({ layer, cells }) => [
    layer.label,
    ...cells.map((cell) =>
      cell === null ? '–' : `${metricText(cell.mean, metric)} (${intervalText(cell, metric)}, n = ${cell.n})`,
    ),
  ]);
  return `${head}\n${table([['layer', ...methods.map((method) => METHOD_FACTS[method].label)], ...lines])}`;
}

/** What compares maps with regions, over small objects alone; none where there are none, or no others. */
function smallObjects(report: EvaluationReport): readonly MetricTable[] {
  const shares = report.pictures.flatMap(({ marked }) => marked?.share ?? []);
  if (shares.every((share) => share < SMALL) || shares.every((share) => share >= SMALL)) return [];
  const ofSmall = summarise(report, { ...plannedSelection(report), markedBelow: SMALL });
  return ofSmall.filter(({ metric }) => metric === 'iou');
}

function picturesText(report: EvaluationReport): string {
  const { pictures, failed, unmatched, plan } = report;
  const accuracy = accuracyOf(report);
  const lines = [
    `${pictures.length} pictures of ${plan.found} below ${plan.root}${plan.onlyCorrect ? '; means are over the correctly classified ones' : ''}\n`,
  ];
  if (accuracy !== null) {
    const percent = ((100 * accuracy.correct) / accuracy.n).toFixed(1);
    lines.push(`classified correctly: ${accuracy.correct} of ${accuracy.n} (${percent} %)\n`);
  }
  if (failed.length > 0) lines.push(`not evaluated: ${failed.length}\n`);
  for (const { failure, files } of failureGroups(failed))
    lines.push(`  ${files.length} × ${sentence(failure)}\n`);
  if (unmatched.length > 0) {
    const names = unmatched.slice(0, MOST_NAMES).map(({ name, pictures: count }) => `${name} (${count})`);
    const more = unmatched.length - names.length;
    const rest = more > 0 ? ` and ${more} more` : '';
    lines.push(`no class of the model, with the number of pictures: ${names.join(', ')}${rest}\n`);
  }
  return lines.join('');
}
