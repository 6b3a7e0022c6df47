import { l10n, TabInputCustom, TabInputText, Uri, window } from 'vscode';

import { isPicture } from '../../protocol/picture.js';
import { browsePictures } from '../editor/pictures.js';
import type { App } from './app.js';

/** More panels than this at once only after a question. */
const MANY = 8;

/**
 * Explains pictures, each in a panel of its own.
 * @param clicked what a menu was opened on
 * @param selected everything selected with it
 */
export async function explain({ panels }: App, clicked?: unknown, selected?: unknown): Promise<void> {
  const pictures = picturesOf(clicked, selected);
  const chosen = pictures.length === 0 ? await browsePictures() : pictures;
  if (chosen.some(({ scheme }) => scheme !== 'file')) {
    void window.showWarningMessage(l10n.t('Only pictures that lie in files can be explained.'));
    return;
  }
  if (chosen.length > MANY && !(await confirmMany(chosen.length))) return;
  for (const picture of chosen) panels.explain(picture);
}

/** Explains one of the sample's pictures with the sample's model. */
export async function explainSample({ panels, sample }: App): Promise<void> {
  const pictures = await sample.pictures();
  const items = pictures.map((uri) => ({ label: `$(file-media) ${nameOf(uri)}`, uri }));
  const placeHolder = l10n.t('Which sample picture is to be explained?');
  const picked = await window.showQuickPick(items, { placeHolder });
  if (picked !== undefined) panels.explain(picked.uri);
}

function picturesOf(clicked: unknown, selected: unknown): Uri[] {
  if (Array.isArray(selected)) {
    const pictures = selected.filter((item) => item instanceof Uri).filter(({ path }) => isPicture(path));
    if (pictures.length > 0) return pictures;
  }
  if (clicked instanceof Uri) return [clicked];
  // The image preview's own menu and the palette name no file: it is the one in the active tab.
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  const shown = input instanceof TabInputCustom || input instanceof TabInputText ? input.uri : undefined;
  return shown !== undefined && isPicture(shown.path) ? [shown] : [];
}

async function confirmMany(count: number): Promise<boolean> {
  const open = l10n.t('Open {0} Panels', count);
  const question = l10n.t('{0} pictures are selected. Each is explained in a panel of its own.', count);
  return (await window.showWarningMessage(question, { modal: true }, open)) === open;
}

function nameOf(uri: Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
