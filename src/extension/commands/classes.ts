import { env, l10n, QuickPickItemKind, window } from 'vscode';

import type { Subject } from '../../protocol/panel.js';
import type { App } from './app.js';
import { classItems, type ClassItem } from './classItems.js';

/** @param index the class; without it the user is asked */
export async function explainClass({ panels: { current } }: App, index?: unknown): Promise<void> {
  if (current === undefined) return;
  const predicted: ClassItem = { label: `$(sparkle) ${l10n.t('The Predicted Class')}`, index: null };
  const placeHolder = l10n.t('Which class is to be explained?');
  const chosen = typeof index === 'number' ? index : await pick(current.subject, predicted, placeHolder);
  if (chosen !== undefined) current.explainClass(chosen);
}

export async function setExpectedClass({ panels: { current } }: App): Promise<void> {
  if (current === undefined) return;
  const forget: ClassItem = { label: `$(discard) ${l10n.t('As the Folder’s Name Says')}`, index: null };
  const placeHolder = l10n.t('Which class should {0} have?', current.subject.image.name);
  const chosen = await pick(current.subject, forget, placeHolder);
  if (chosen !== undefined) await current.setExpected(chosen);
}

async function pick(
  { model, explanation }: Subject,
  first: ClassItem,
  placeHolder: string,
): Promise<number | null | undefined> {
  if (model === null) return undefined;
  const items = classItems(model.labels, explanation, env.language);
  const separator: ClassItem = { label: '', kind: QuickPickItemKind.Separator };
  const options = { placeHolder, matchOnDescription: true };
  return (await window.showQuickPick<ClassItem>([first, separator, ...items], options))?.index;
}
