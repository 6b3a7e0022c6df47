import { dirname, relative, resolve } from 'node:path';

import { NO_FILE } from '../../protocol/reasons.js';
import { EvaluationError } from '../failure.js';
import { reportText } from '../makeReport.js';
import { mergeReports, type Part } from '../merge.js';
import { parseReport } from '../readReport.js';
import type { EvaluationReport } from '../report.js';
import { readIfPresent, writeWhole } from './files.js';
import { slashed } from './pictures.js';

/** @throws cannotRead, notReport, newerReport, damagedReport */
export async function readReport(file: string): Promise<EvaluationReport> {
  const bytes = await readIfPresent(file);
  if (bytes === null) throw new EvaluationError('cannotRead', { file, reason: NO_FILE });
  return parseReport(file, bytes.toString('utf8'));
}

/** @throws cannotWrite */
export function writeReport(file: string, report: EvaluationReport): Promise<void> {
  return writeWhole(file, reportText(report));
}

/**
 * The report of all parts of an evaluation, as it is written to `out`.
 * @param files of the parts' reports; at least one
 * @throws what reading and merging them throw
 */
export async function mergeFiles(files: readonly string[], out: string): Promise<EvaluationReport> {
  const parts: Part[] = [];
  for (const file of files) parts.push({ file, report: moved(await readReport(file), file, out) });
  const [first, ...others] = parts;
  if (first === undefined) throw new RangeError('nothing to merge');
  return mergeReports(first, others);
}

/** A report as it stands in another file: what it names lies elsewhere from there. */
function moved(report: EvaluationReport, from: string, to: string): EvaluationReport {
  const place = (path: string): string => relativeTo(to, resolve(dirname(from), path));
  const { model, plan } = report;
  return {
    ...report,
    model: { ...model, file: place(model.file) },
    plan: { ...plan, root: place(plan.root), sources: plan.sources.map(place) },
  };
}

/** A path as a report calls it. */
export function relativeTo(report: string, path: string): string {
  return slashed(relative(dirname(resolve(report)), path)) || '.';
}
