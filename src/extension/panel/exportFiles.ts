import { basename, dirname, extname } from 'node:path';
import { commands, env, l10n, UIKind, Uri, window, workspace } from 'vscode';

import type { ExportedFile } from '../../protocol/engineApi.js';
import type { PanelMessage } from '../../protocol/panel.js';

/**
 * Asks where, and writes the files there.
 * @param beside the picture they belong to
 */
export async function saveFiles(files: readonly ExportedFile[], beside: string): Promise<void> {
  const folder = Uri.file(dirname(beside));
  const [only, ...more] = files;
  if (only === undefined) return;
  const targets = more.length === 0 ? await askFile(folder, only) : await askFolder(folder, files);
  if (targets === null) return;
  for (const { uri, bytes } of targets) await workspace.fs.writeFile(uri, bytes);
  // Not waited for: a notification may stay unanswered.
  void offerToReveal(targets.map(({ uri }) => uri));
}

/**
 * Asks where, and saves a picture that the page has drawn.
 * @param beside the picture that was explained
 */
export function saveFigure(
  { name, format, bytes }: Extract<PanelMessage, { type: 'saveFigure' }>,
  beside: string,
): Promise<void> {
  return saveBeside(l10n.t('Save Picture'), `${name}.${format}`, bytes, beside);
}

/** Asks where, and saves numbers that the page has put together. @param name what the file's name ends with */
export function saveValues(name: string, text: string, beside: string): Promise<void> {
  return saveBeside(l10n.t('Save Table'), name, Buffer.from(text), beside);
}

/**
 * Asks where, and saves a file.
 * @param name what the file's name ends with, after that of the file that it belongs to
 */
export async function saveBeside(
  title: string,
  name: string,
  bytes: Uint8Array,
  beside: string,
): Promise<void> {
  const file = `${basename(beside, extname(beside))}.${name}`;
  const defaultUri = Uri.joinPath(Uri.file(dirname(beside)), file);
  const ending = extname(file).slice(1);
  const filters = { [ending.toUpperCase()]: [ending] };
  const uri = await window.showSaveDialog({ title, defaultUri, filters });
  if (uri === undefined) return;
  await workspace.fs.writeFile(uri, bytes);
  // Not waited for: a notification may stay unanswered.
  void offerToOpen(uri);
}

async function offerToOpen(uri: Uri): Promise<void> {
  const open = l10n.t('Open');
  const answer = await window.showInformationMessage(l10n.t('Saved {0}.', basename(uri.fsPath)), open);
  if (answer === open) await commands.executeCommand('vscode.open', uri);
}

interface Target {
  readonly uri: Uri;
  readonly bytes: Uint8Array;
}

async function askFile(folder: Uri, { name, bytes }: ExportedFile): Promise<Target[] | null> {
  const uri = await window.showSaveDialog({
    title: l10n.t('Export'),
    saveLabel: l10n.t('Export'),
    defaultUri: Uri.joinPath(folder, name),
  });
  return uri === undefined ? null : [{ uri, bytes }];
}

async function askFolder(folder: Uri, files: readonly ExportedFile[]): Promise<Target[] | null> {
  const chosen = await window.showOpenDialog({
    title: l10n.t('Folder for the Exported Files'),
    openLabel: l10n.t('Export Here'),
    defaultUri: folder,
    canSelectFiles: false,
    canSelectFolders: true,
  });
  const into = chosen?.[0];
  if (into === undefined) return null;
  const present = new Set((await workspace.fs.readDirectory(into)).map(([name]) => name));
  const replaced = files.filter(({ name }) => present.has(name));
  if (replaced.length > 0 && !(await confirmReplacing(replaced, into))) return null;
  return files.map(({ name, bytes }) => ({ uri: Uri.joinPath(into, name), bytes }));
}

async function confirmReplacing(files: readonly ExportedFile[], folder: Uri): Promise<boolean> {
  const replace = l10n.t('Replace');
  const question = l10n.t(
    'Files of these names already exist in {0}. Replace them?',
    basename(folder.fsPath),
  );
  const detail = files.map(({ name }) => name).join('\n');
  return (await window.showWarningMessage(question, { modal: true, detail }, replace)) === replace;
}

async function offerToReveal(files: readonly Uri[]): Promise<void> {
  const [first] = files;
  if (first === undefined) return;
  const text =
    files.length === 1
      ? l10n.t('Exported {0}.', basename(first.fsPath))
      : l10n.t('Exported {0} files to {1}.', files.length, dirname(first.fsPath));
  const command = revealCommand(first);
  const reveal = l10n.t('Reveal');
  const answer = await window.showInformationMessage(text, ...(command === null ? [] : [reveal]));
  if (answer === reveal && command !== null) await commands.executeCommand(command, first);
}

/** The explorer shows what is in the workspace; the system's file manager the rest, where it runs on this machine. */
function revealCommand(file: Uri): string | null {
  if (workspace.getWorkspaceFolder(file) !== undefined) return 'revealInExplorer';
  return env.uiKind === UIKind.Desktop && env.remoteName === undefined ? 'revealFileInOS' : null;
}
