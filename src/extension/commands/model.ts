import { l10n, Uri, window } from 'vscode';

import type { App } from './app.js';

export async function chooseModel({ models }: App): Promise<void> {
  await models.choose();
}

/** @param clicked the .onnx file a menu was opened on; without it the user is asked */
export async function useAsModel({ models, sidebar, panels }: App, clicked?: unknown): Promise<void> {
  if (!(clicked instanceof Uri)) {
    await models.choose();
    return;
  }
  await models.use(clicked.fsPath);
  // Open panels show the tree of the model they now use; without one it is shown by itself.
  if (panels.current === undefined) await sidebar.openLayerTree(clicked.fsPath);
}

/** @param clicked the .onnx file a menu was opened on; without it the model in use */
export async function openLayerTree({ models, sidebar }: App, clicked?: unknown): Promise<void> {
  const path = clicked instanceof Uri ? clicked.fsPath : ((await models.chosen()) ?? (await models.choose()));
  if (path !== null) await sidebar.openLayerTree(path);
}

/** A layer of a model that explains no open picture was chosen. */
export async function offerToUse(app: App, model: string): Promise<void> {
  const use = l10n.t('Use This Model');
  const text = l10n.t('The open picture is explained with another model. Use this one to see the layer.');
  if ((await window.showInformationMessage(text, use)) === use) await app.models.use(model);
}
