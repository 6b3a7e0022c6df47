import { env, l10n, Uri, window, workspace } from 'vscode';

import type { App } from './app.js';
import { CALLBACK_FILE, SNIPPETS } from './checkpointSnippets.js';
import type { Snippet } from './checkpointSnippets.js';

/** Offers what a training program needs to write checkpoints: lines to copy, and the file that these import. */
export async function insertCheckpointExport({ extensionUri }: App): Promise<void> {
  const file = Uri.joinPath(extensionUri, 'media', 'python', CALLBACK_FILE);
  const copies = SNIPPETS.map((snippet) => ({
    label: `$(clippy) ${l10n.t('Copy the Lines for {0}', snippet.name)}`,
    act: () => copyLines(snippet, file),
  }));
  const save = {
    label: `$(save-as) ${l10n.t('Put {0} into the Workspace…', CALLBACK_FILE)}`,
    detail: l10n.t('The lines import it from the folder of the training program.'),
    act: () => saveCallback(file),
  };
  const placeHolder = l10n.t('How is the network trained?');
  const chosen = await window.showQuickPick([...copies, save], { placeHolder });
  await chosen?.act();
}

async function copyLines({ name, code }: Snippet, file: Uri): Promise<void> {
  await env.clipboard.writeText(code);
  const save = l10n.t('Put {0} into the Workspace…', CALLBACK_FILE);
  const text = l10n.t(
    'The lines for {0} are in the clipboard. They import {1} from the folder of the training program.',
    name,
    CALLBACK_FILE,
  );
  if ((await window.showInformationMessage(text, save)) === save) await saveCallback(file);
}

/** The dialog asks before a file is replaced. */
async function saveCallback(file: Uri): Promise<void> {
  const folder = programFolder();
  const target = await window.showSaveDialog({
    title: l10n.t('Put {0} into the Workspace…', CALLBACK_FILE),
    filters: { Python: ['py'] },
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, CALLBACK_FILE) }),
  });
  if (target === undefined) return;
  await workspace.fs.copy(file, target, { overwrite: true });
  await window.showTextDocument(target);
}

/** Where the Python program lies that is being edited, else the workspace. */
function programFolder(): Uri | undefined {
  const edited = window.activeTextEditor?.document;
  if (edited?.languageId === 'python' && edited.uri.scheme === 'file') return Uri.joinPath(edited.uri, '..');
  return workspace.workspaceFolders?.[0]?.uri;
}
