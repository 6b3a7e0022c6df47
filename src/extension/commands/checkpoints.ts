import { homedir } from 'node:os';
import { basename } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';

import { kindOf } from '../../checkpoints/fileKinds.js';
import { sourceName, sourceNamed, sourceOfFiles } from '../../checkpoints/runSource.js';
import type { RunSource } from '../../checkpoints/runSource.js';
import { isPicture } from '../../protocol/picture.js';
import type { CheckpointRow } from '../checkpoints/checkpointsView.js';
import type { LiveRun, Runs } from '../checkpoints/runs.js';
import { browsePictures } from '../editor/pictures.js';
import type { App } from './app.js';

/** Folders of a run's folder in which people keep the pictures that they look at again and again. */
const PROBE_FOLDERS = ['', 'probe', 'probes', 'pictures', 'images'];

/** Of checkpoints that hold weights alone. */
export const WEIGHT_ENDINGS = ['safetensors', 'pt', 'pth', 'ckpt', 'bin', 'tar'] as const;

/** More pictures than this nobody compares at a glance. */
const MOST_PICTURES = 8;
const SAMPLE_PICTURES = 4;

/** Watches runs and shows their timeline. @param clicked their folder; without it the user is asked */
export async function watchCheckpoints(app: App, clicked?: unknown): Promise<void> {
  const source = clicked instanceof Uri ? { folder: clicked.fsPath, files: null } : await askSource();
  if (source === undefined) return;
  const found = await runsIn(app.runs, source);
  if (found.length > 0) app.timelines.show(found, await picturesFor(app, source.folder));
}

/** Shows several checkpoint files as one timeline. */
export async function compareCheckpoints(app: App, clicked?: unknown, selected?: unknown): Promise<void> {
  const chosen = checkpointsOf(clicked, selected);
  const files = chosen.length > 1 ? chosen : await browseCheckpoints();
  if (files.length === 0) return;
  const source = sourceOfFiles(files);
  const found = await app.runs.add(source);
  if (found.length > 0) app.timelines.show(found, await picturesFor(app, source.folder));
}

/** Shows the training of the sample's model. */
export async function watchSample({ runs, sample, timelines }: App): Promise<void> {
  const found = await runs.add({ folder: sample.checkpoints, files: null });
  const pictures = (await sample.pictures()).slice(0, SAMPLE_PICTURES);
  timelines.show(
    found,
    pictures.map(({ fsPath }) => fsPath),
  );
}

/** @param row of the view; without it every run is shown */
export async function showTimeline(app: App, row?: CheckpointRow): Promise<void> {
  const shown = row === undefined ? app.runs.all : [row.live];
  const [first] = shown;
  if (first === undefined) return watchCheckpoints(app);
  if (row !== undefined && app.timelines.reveal(row.live.id)) return;
  app.timelines.show(shown, await picturesFor(app, first.watch.source.folder));
}

export function removeRun({ runs }: App, row?: CheckpointRow): void {
  if (row !== undefined) runs.remove(row.live.watch.source);
}

/** Asks where runs are, and watches them. */
export async function chooseRuns(runs: Runs): Promise<readonly LiveRun[]> {
  const source = await askSource();
  return source === undefined ? [] : runsIn(runs, source);
}

async function runsIn(runs: Runs, source: RunSource): Promise<readonly LiveRun[]> {
  const found = await runs.add(source);
  if (found.length === 0)
    void window.showInformationMessage(
      l10n.t(
        'There are no checkpoints in {0} yet. As soon as there are, they appear in the view Checkpoints.',
        sourceName(source),
      ),
    );
  return found;
}

/** The picture that is looked at, else those beside the checkpoints, else those that the user chooses. */
export async function picturesFor({ panels }: App, folder: string): Promise<readonly string[]> {
  if (panels.current !== undefined) return [panels.current.image.fsPath];
  for (const name of PROBE_FOLDERS) {
    const place = Uri.joinPath(Uri.file(folder), name);
    const entries = await Promise.resolve(workspace.fs.readDirectory(place)).catch(() => []);
    const pictures = entries.map(([file]) => file).filter(isPicture);
    if (pictures.length > 0)
      return pictures
        .sort()
        .slice(0, MOST_PICTURES)
        .map((file) => Uri.joinPath(place, file).fsPath);
  }
  return (await browsePictures()).map(({ fsPath }) => fsPath);
}

function checkpointsOf(clicked: unknown, selected: unknown): readonly string[] {
  const uris: readonly unknown[] = Array.isArray(selected) ? selected : [clicked];
  return uris.flatMap((uri) =>
    uri instanceof Uri && kindOf(basename(uri.fsPath)) !== null ? uri.fsPath : [],
  );
}

/** A folder, or a glob of files. */
async function askSource(): Promise<RunSource | undefined> {
  const folder = { label: `$(folder-opened) ${l10n.t('Choose a Folder…')}` };
  const pattern = { label: `$(filter) ${l10n.t('Enter a Pattern of Files…')}` };
  const placeHolder = l10n.t('Where does the training save its checkpoints?');
  const chosen = await window.showQuickPick([folder, pattern], { placeHolder });
  if (chosen === undefined) return undefined;
  return chosen === folder ? browseFolder() : askPattern();
}

async function askPattern(): Promise<RunSource | undefined> {
  const workingFolder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
  const pattern = await window.showInputBox({
    title: l10n.t('Checkpoints of Training Runs'),
    prompt: l10n.t(
      'The files that are checkpoints, as a pattern below {0}: * stands for any name, ** for folders.',
      basename(workingFolder),
    ),
    placeHolder: 'runs/*/epoch_*.pth',
  });
  return pattern === undefined || pattern.trim() === ''
    ? undefined
    : sourceNamed(pattern.trim(), workingFolder);
}

async function browseFolder(): Promise<RunSource | undefined> {
  const chosen = await window.showOpenDialog({
    title: l10n.t('Folder with the Checkpoints of Training Runs'),
    openLabel: l10n.t('Watch'),
    canSelectFiles: false,
    canSelectFolders: true,
  });
  const [folder] = chosen ?? [];
  return folder && { folder: folder.fsPath, files: null };
}

async function browseCheckpoints(): Promise<readonly string[]> {
  const chosen = await window.showOpenDialog({
    title: l10n.t('Choose Checkpoints'),
    openLabel: l10n.t('Compare'),
    canSelectMany: true,
    filters: { [l10n.t('Checkpoints')]: ['onnx', ...WEIGHT_ENDINGS] },
  });
  return (chosen ?? []).map(({ fsPath }) => fsPath);
}
