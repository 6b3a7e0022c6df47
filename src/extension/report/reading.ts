import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { EvaluationError } from '../../evaluation/failure.js';
import { JOURNAL_ENDING, parseJournal } from '../../evaluation/journal.js';
import { reportOf } from '../../evaluation/makeReport.js';
import { parseReport } from '../../evaluation/readReport.js';
import type { EvaluationReport } from '../../evaluation/report.js';
import type { OtherReport } from '../../evaluation/reportPage.js';

/**
 * A report, or of a journal what is done so far.
 * @throws EvaluationError where the file is neither; what the system says where it cannot be read
 */
export async function readReport(path: string): Promise<EvaluationReport> {
  const name = basename(path);
  if (!path.endsWith(JOURNAL_ENDING)) return parseReport(name, await readFile(path, 'utf8'));
  const journal = parseJournal(name, await readFile(path));
  if (journal === null) throw new EvaluationError('damagedJournal', { file: name, line: 1 });
  // What excites channels is told in the end: with every picture anew it would take most of the time.
  const { head, entries } = journal;
  return reportOf({ ...head, plan: { ...head.plan, channels: false } }, entries);
}

export async function readOther(path: string): Promise<OtherReport> {
  return { path, name: basename(path), report: await readReport(path) };
}
