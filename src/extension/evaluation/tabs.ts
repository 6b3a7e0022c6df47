import { commands, TabInputCustom, Uri, ViewColumn, window, type Tab } from 'vscode';

import { JOURNAL_ENDING } from '../../evaluation/journal.js';
import { REPORT_TYPE } from '../editor/ids.js';
import type { RunningEvaluation } from './runningEvaluation.js';

/** Where what is done of an evaluation is kept until its report is written. */
export function journalOf({ order }: RunningEvaluation): string {
  return `${order.report}${JOURNAL_ENDING}`;
}

/** Opens a report, or the journal of one that is not finished. */
export async function openReport(file: string, column: ViewColumn = ViewColumn.Active): Promise<void> {
  await commands.executeCommand('vscode.openWith', Uri.file(file), REPORT_TYPE, column);
}

/** Puts the report in the place of its journal's tab. @returns whether there was one */
export async function replaceJournal(evaluation: RunningEvaluation): Promise<boolean> {
  const tab = tabOf(journalOf(evaluation));
  if (tab === undefined) return false;
  await openReport(evaluation.order.report, tab.group.viewColumn);
  await window.tabGroups.close(tab);
  return true;
}

function tabOf(file: string): Tab | undefined {
  return window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .find(({ input }) => input instanceof TabInputCustom && input.uri.fsPath === file);
}
