import { dirname, resolve } from 'node:path';
import { pageFile } from '../../evaluation/disk/pageFile.js';
import { csvOf } from '../../evaluation/export/csv.js';
import { latexOf } from '../../evaluation/export/latex.js';
import { markdownOf } from '../../evaluation/export/markdown.js';
import { failureTexts } from '../../evaluation/failureGroups.js';
import type { MetricTable } from '../../evaluation/metricTable.js';
import type { EvaluationReport } from '../../evaluation/report.js';
import { PANEL_STRINGS } from '../../protocol/panelStrings.js';
import { sentence } from '../messages.js';
import { writeOutput } from '../writing.js';
import type { ReportArguments } from './evaluateArguments.js';

/**
 * Writes the files that were asked for beside the report.
 * @param earlier what the page of HTML compares with; null for nothing
 * @throws CommandError
 */
export async function writeExports(
  { csv, markdown, latex, html, baseline, out }: ReportArguments,
  report: EvaluationReport,
  tables: readonly MetricTable[],
  earlier: EvaluationReport | null,
  signal: AbortSignal,
): Promise<void> {
  if (csv !== null) await writeOutput(csv, csvOf(tables), signal);
  if (markdown !== null) await writeOutput(markdown, markdownOf(report, tables), signal);
  if (latex !== null) await writeOutput(latex, latexOf(report, tables), signal);
  if (html === null) return;
  const page = await pageFile({
    // The program is bundled into the folder of the page's files.
    dist: __dirname,
    pictures: resolve(dirname(out), report.plan.root),
    report,
    ...failureTexts(report, sentence),
    other: earlier && baseline !== null ? { path: baseline, name: baseline, report: earlier } : null,
    strings: PANEL_STRINGS,
    locale: 'en',
  });
  await writeOutput(html, page, signal);
}
