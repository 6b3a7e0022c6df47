import { basename } from 'node:path';
import { l10n, StatusBarAlignment, window, workspace } from 'vscode';
import type { Event, StatusBarItem } from 'vscode';

import { fileOfModel } from '../../protocol/model.js';
import type { Subject } from '../../protocol/panel.js';
import { COMMANDS } from '../editor/ids.js';
import type { ModelStore } from './modelStore.js';

/** What shows an explanation. */
interface Shown {
  readonly subject: Pick<Subject, 'model'>;
}

/** The status bar's entry: the model in use; a click chooses another. */
export class ModelStatus {
  readonly #item: StatusBarItem;
  readonly #models: ModelStore;

  /** @param onDidShow fires with the panel that is looked at, or with none */
  constructor(models: ModelStore, onDidShow: Event<Shown | undefined>) {
    this.#models = models;
    this.#item = window.createStatusBarItem('relevanceCam.model', StatusBarAlignment.Right, 90);
    this.#item.name = l10n.t('Relevance-CAM Model');
    this.#item.command = COMMANDS.chooseModel;
    models.onDidChoose((path) => {
      this.#show(path);
    });
    onDidShow((panel) => {
      const model = panel?.subject.model ?? null;
      // While a model is being opened, or where it cannot be, it is still the one in use.
      if (model !== null) this.#show(fileOfModel(model));
      else void this.#showChosen();
    });
    void this.#showChosen();
  }

  dispose(): void {
    this.#item.dispose();
  }

  async #showChosen(): Promise<void> {
    const chosen = await this.#models.chosen();
    if (chosen !== null) this.#show(chosen);
  }

  #show(path: string): void {
    const name = basename(path);
    this.#item.text = `$(eye) ${name}`;
    this.#item.tooltip = l10n.t(
      '{0} explains pictures. Click to choose another model.',
      workspace.asRelativePath(path),
    );
    this.#item.accessibilityInformation = { label: l10n.t('Model {0}. Choose another.', name) };
    this.#item.show();
  }
}
