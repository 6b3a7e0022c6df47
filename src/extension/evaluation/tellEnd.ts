import { l10n, window } from 'vscode';

import type { Outcome, RunningEvaluation } from './runningEvaluation.js';
import { openReport, replaceJournal } from './tabs.js';

/** Shows the report where its tab is open already, else offers it. */
export async function tellEnd(evaluation: RunningEvaluation, outcome: Outcome): Promise<void> {
  const { name, done, total } = evaluation;
  if (outcome === 'stopped') {
    const text =
      total === null
        ? l10n.t('{0} was stopped. Evaluating the same again goes on from there.', name)
        : l10n.t(
            '{0} was stopped after {1} of {2} pictures. Evaluating the same again goes on from there.',
            ...[name, done, total],
          );
    void window.showInformationMessage(text);
    return;
  }
  if (await replaceJournal(evaluation)) return;
  const open = l10n.t('Open Report');
  const chosen = await window.showInformationMessage(l10n.t('{0} is finished.', name), open);
  if (chosen === open) await openReport(evaluation.order.report);
}
