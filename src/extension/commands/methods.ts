import { l10n, window } from 'vscode';

import { METHOD_FACTS, METHODS } from '../../protocol/methods.js';
import { METHOD_ABOUT, PANEL_STRINGS } from '../../protocol/panelStrings.js';
import { methodsFor } from '../../protocol/pixels.js';
import type { App } from './app.js';

/** Explains the current picture by another method. */
export async function chooseMethod({ panels: { current } }: App): Promise<void> {
  if (current === undefined) return;
  const { model, explanation } = current.subject;
  const shown = explanation?.method;
  const items = (model === null ? METHODS : methodsFor(model)).map((method) => ({
    label: `${method === shown ? '$(check) ' : ''}${METHOD_FACTS[method].label}`,
    detail: l10n.t(PANEL_STRINGS[METHOD_ABOUT[method]]),
    method,
  }));
  const placeHolder = l10n.t('By which method is the picture to be explained?');
  const chosen = await window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  if (chosen !== undefined) current.explainBy(chosen.method);
}
