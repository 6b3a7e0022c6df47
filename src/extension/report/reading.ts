import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { failureGroups } from '../../evaluation/failureGroups.js';
import { parseReport } from '../../evaluation/readReport.js';
import type { EvaluationReport, FailedPicture } from '../../evaluation/report.js';
import type { FailureGroup, OtherReport } from '../../evaluation/reportPage.js';
import { failureText } from '../editor/localize.js';

/** @throws EvaluationError where the file is no report; what the system says where it cannot be read */
export async function readReport(path: string): Promise<EvaluationReport> {
  return parseReport(basename(path), await readFile(path, 'utf8'));
}

export async function readOther(path: string): Promise<OtherReport> {
  return { path, name: basename(path), report: await readReport(path) };
}

/** What went wrong with pictures, in the display language. */
export function groupTexts(failed: readonly FailedPicture[]): readonly FailureGroup[] {
  return failureGroups(failed).map(({ failure, files }) => ({ text: failureText(failure), files }));
}
