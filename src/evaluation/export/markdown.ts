import { METHOD_FACTS } from '../../protocol/methods.js';
import { METRIC_FACTS } from '../../protocol/metrics.js';
import type { EvaluationReport } from '../report.js';
import { bestOf, type MetricRow, type MetricTable } from '../metricTable.js';
import { intervalText, metricText, tableTitle } from './numbers.js';
import { sampleText } from './sampleText.js';

/** A heading and a table for each metric; the best mean of a layer is bold. */
export function markdownOf(report: EvaluationReport, tables: readonly MetricTable[]): string {
  return [markdownText(sampleText(report)), ...tables.map(tableOf)].join('\n\n') + '\n';
}

function tableOf(table: MetricTable): string {
  const { metric, methods, rows } = table;
  const { better } = METRIC_FACTS[metric];
  const note = better === null ? '' : `, ${better} is better`;
  const lines = [
    ['Layer', ...methods.map((method) => METHOD_FACTS[method].label)],
    ['---', ...methods.map(() => '---:')],
    ...rows.map((row) => [markdownText(row.layer.label), ...cellsOf(table, row)]),
  ];
  return [`### ${tableTitle(table)}${note}`, '', ...lines.map((cells) => `| ${cells.join(' | ')} |`)].join(
    '\n',
  );
}

function cellsOf(table: MetricTable, row: MetricRow): readonly string[] {
  const best = bestOf(table, row);
  return row.cells.map((cell, column) => {
    if (cell === null) return '–';
    const mean = metricText(cell.mean, table.metric);
    return `${best[column] === true ? `**${mean}**` : mean} (${intervalText(cell, table.metric)})`;
  });
}

/** A text that Markdown shows as it is, on one line and in a cell of a table too. */
export function markdownText(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#|~&!$]/g, '\\$&').replaceAll(/\s+/g, ' ');
}
