import { l10n, window } from 'vscode';

import type { ChannelToShow } from '../../evaluation/reportPage.js';
import { nodeOfTensor } from '../../protocol/layerNodes.js';
import { findReports } from '../report/chooseReport.js';
import { readReport } from '../report/reading.js';
import { reportThatTells } from '../report/reportThatTells.js';
import type { App } from './app.js';
import { evaluate } from './evaluate.js';
import { longTask } from './longTask.js';

/**
 * Shows which pictures excite a channel of the current panel's model, in the latest report that tells; where none does, it
 * offers to evaluate some.
 */
export async function excitingPictures(app: App, asked?: ChannelToShow): Promise<void> {
  const { model = null } = app.panels.current?.subject ?? {};
  if (asked === undefined || model === null) return;
  const { tensor, channel } = asked;
  const found = await longTask(l10n.t('Looking for a Report'), async ({ signal }) => {
    const paths = (await findReports()).map(({ fsPath }) => fsPath);
    return reportThatTells(paths, readReport, { model, tensor }, signal);
  });
  if (found === undefined) return;
  if (found !== null) return app.reports.showChannel(found, { tensor, channel });
  const choice = l10n.t('Evaluate…');
  const text = l10n.t(
    'No report in this workspace tells which pictures excite the channels of {0} in this model. An evaluation that has Relevance-CAM among its methods does.',
    nodeOfTensor(model.tree, tensor)?.path ?? tensor,
  );
  if ((await window.showInformationMessage(text, choice)) === choice) await evaluate(app);
}
