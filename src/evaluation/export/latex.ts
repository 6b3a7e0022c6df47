import { METHOD_FACTS } from '../../protocol/methods.js';
import { METRIC_FACTS } from '../../protocol/metrics.js';
import type { EvaluationReport } from '../report.js';
import { bestOf, type MetricRow, type MetricTable } from '../metricTable.js';
import { intervalText, metricText, tableTitle } from './numbers.js';
import { sampleText } from './sampleText.js';

/** A table for each metric, of the package booktabs; the best mean of a layer is bold. */
export function latexOf(report: EvaluationReport, tables: readonly MetricTable[]): string {
  return ['% \\usepackage{booktabs}', ...tables.map((table) => tableOf(report, table))].join('\n\n') + '\n';
}

function tableOf(report: EvaluationReport, table: MetricTable): string {
  const { metric, objects, methods, rows } = table;
  const { better } = METRIC_FACTS[metric];
  const arrow = { higher: ' $\\uparrow$', lower: ' $\\downarrow$' };
  const title = latexText(tableTitle(table)) + (better === null ? '' : arrow[better]);
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${title}. ${latexText(sampleText(report))}}`,
    `  \\label{tab:${objects === null ? metric : `${metric}-${objects}`}}`,
    `  \\begin{tabular}{l${'c'.repeat(methods.length)}}`,
    '    \\toprule',
    `    ${lineOf(['Layer', ...methods.map((method) => latexText(METHOD_FACTS[method].label))])}`,
    '    \\midrule',
    ...rows.map((row) => `    ${lineOf([latexText(row.layer.label), ...cellsOf(table, row)])}`),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

function cellsOf(table: MetricTable, row: MetricRow): readonly string[] {
  const best = bestOf(table, row);
  return row.cells.map((cell, column) => {
    if (cell === null) return '--';
    const mean = numberText(metricText(cell.mean, table.metric));
    const interval = numberText(intervalText(cell, table.metric));
    return `${best[column] === true ? `\\textbf{${mean}}` : mean} {\\scriptsize (${interval})}`;
  });
}

function lineOf(cells: readonly string[]): string {
  return `${cells.join(' & ')} \\\\`;
}

/** With LaTeX's own signs, so that it needs no Unicode. */
function numberText(text: string): string {
  return text.replaceAll('–', '--').replaceAll('−', '$-$');
}

const SIGNS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '{\\char34}',
  "'": '\\textquotesingle{}',
  '`': '\\textasciigrave{}',
  // What follows the end of a line would be read as its options, and two hyphens as a dash.
  '[': '{[}',
  '*': '{*}',
  '-': '{-}',
};

/** A text that LaTeX prints as it is, wherever it stands. */
export function latexText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\{}$&#%_^~<>|"'`[*-]/g, (sign) => SIGNS[sign] ?? sign);
}
