import { l10n } from 'vscode';

import type { PanelMessage } from '../../protocol/panel.js';
import type { ModelStore } from '../model/modelStore.js';
import type { PanelSubjects } from './panelSubjects.js';

type Models = Pick<ModelStore, 'choose' | 'chooseFor'>;

/** Asks by which model the panel's picture is to be explained; by the workspace's as long as there is none. */
export async function chooseModel(subjects: PanelSubjects, models: Models): Promise<void> {
  const { opening } = subjects.first.session;
  if (opening === null) {
    await models.choose();
    return;
  }
  const question = l10n.t('Which model is to explain the picture of this panel?');
  const model = await models.chooseFor(question, opening);
  if (model !== undefined) subjects.explainWith(model);
}

/** What the page asks of the model that the panel's is compared with. */
export async function answerSecond(
  act: Extract<PanelMessage, { type: 'second' }>['act'],
  subjects: PanelSubjects,
  models: Models,
): Promise<void> {
  switch (act) {
    case 'choose': {
      const question = l10n.t('With which model is the one of this panel to be compared?');
      const model = await models.chooseFor(question, null);
      if (model !== undefined) subjects.compareWith(model);
      return;
    }
    case 'drop':
      subjects.compareWith(null);
      return;
    case 'retry':
      subjects.retrySecond();
      return;
    case 'cancel':
      subjects.cancelSecond();
      return;
  }
}
