import { l10n, Uri, window } from 'vscode';

import { modelOf, openingOf } from '../../checkpoints/opening.js';
import { noGraphText } from '../checkpoints/noGraph.js';
import type { CheckpointRow } from '../checkpoints/checkpointsView.js';
import { openedBy } from '../checkpoints/runs.js';
import { modelSettings } from '../editor/settings.js';
import type { App } from './app.js';
import { picturesFor } from './checkpoints.js';
import { chooseGraph } from './graphChoice.js';

/** Explains a picture by one checkpoint in a panel of its own. */
export async function explainCheckpoint(app: App, row?: CheckpointRow): Promise<void> {
  if (row?.kind !== 'checkpoint') return;
  const { live, checkpoint } = row;
  const opened = openingOf(checkpoint, { ...openedBy(live), settingsOf: modelSettings });
  if (opened === null) return sayWhy(app, row);
  const [picture] = await picturesFor(app, live.watch.source.folder);
  if (picture !== undefined) app.panels.explain(Uri.file(picture), modelOf(opened));
}

async function sayWhy(
  app: App,
  { live, checkpoint }: Extract<CheckpointRow, { kind: 'checkpoint' }>,
): Promise<void> {
  if (checkpoint.identity === null) {
    void window.showInformationMessage(l10n.t('{0} is still being written.', checkpoint.name));
    return;
  }
  const choose = l10n.t('Choose Graph…');
  if ((await window.showErrorMessage(noGraphText(), choose)) === choose) await chooseGraph(app, { live });
}
