import type { EvaluationReport } from '../report.js';
import { csvOf } from './csv.js';
import { jsonOf } from './json.js';
import { latexOf } from './latex.js';
import { markdownOf } from './markdown.js';
import type { MetricTable } from '../metricTable.js';

/** How the means of a report are written as text, by the ending of the file. */
export const EXPORT_FORMATS = {
  csv: (_: EvaluationReport, tables: readonly MetricTable[]): string => csvOf(tables),
  json: jsonOf,
  md: markdownOf,
  tex: latexOf,
} as const;

export type ExportFormat = keyof typeof EXPORT_FORMATS;
