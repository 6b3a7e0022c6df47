import { BestPictures } from './channels/bestPictures.js';
import type { ReportChannels } from './channels/excited.js';
import { EvaluationError } from './failure.js';
import { inOrder, inOrderOfNames, unreadIn } from './makeReport.js';
import type { EvaluationReport } from './report.js';
import { differingPart } from './sameEvaluation.js';

/** A report of one part, and the name of its file, for errors. */
export interface Part {
  readonly file: string;
  readonly report: EvaluationReport;
}

/**
 * Joins the reports of all parts of an evaluation to the one that a single run would have given.
 * @throws wholeReport, otherReport, repeatedShard, missingShards
 */
export function mergeReports(first: Part, others: readonly Part[]): EvaluationReport {
  const parts = [first, ...others];
  checkSame(first, parts);
  checkWhole(parts);
  const reports = parts.map(({ report }) => report);
  const names = new Map<string, number>();
  for (const { unmatched } of reports)
    for (const { name, pictures } of unmatched) names.set(name, (names.get(name) ?? 0) + pictures);
  return {
    ...first.report,
    plan: { ...first.report.plan, shard: null },
    pictures: inOrder(reports.flatMap(({ pictures }) => pictures)),
    failed: inOrder(reports.flatMap(({ failed }) => failed)),
    ...unreadIn(reports.flatMap(({ unread = [] }) => unread)),
    unmatched: inOrderOfNames(names),
    ...(first.report.plan.channels && { channels: mergedChannels(reports) }),
  };
}

function mergedChannels(reports: readonly EvaluationReport[]): ReportChannels {
  const best = new BestPictures(reports[0]?.plan.layers.length ?? 0);
  for (const { channels } of reports) if (channels) best.addReport(channels);
  return best.report;
}

function checkSame(first: Part, parts: readonly Part[]): void {
  for (const { file, report } of parts) {
    if (report.plan.shard === null) throw new EvaluationError('wholeReport', { file });
    const isSplitAlike = report.plan.shard.count === first.report.plan.shard?.count;
    const part = differingPart(first.report, report, ['shard']) ?? (isSplitAlike ? null : 'number of parts');
    if (part !== null) throw new EvaluationError('otherReport', { file: first.file, other: file, part });
  }
}

function checkWhole(parts: readonly Part[]): void {
  const files = new Map<number, string>();
  for (const { file, report } of parts) {
    const { index = 0 } = report.plan.shard ?? {};
    const other = files.get(index);
    if (other !== undefined) throw new EvaluationError('repeatedShard', { file: other, other: file });
    files.set(index, file);
  }
  const count = parts[0]?.report.plan.shard?.count ?? 0;
  const missing = Array.from({ length: count }, (_, place) => place + 1).filter((index) => !files.has(index));
  if (missing.length > 0) throw new EvaluationError('missingShards', { count, parts: missing.join(', ') });
}
