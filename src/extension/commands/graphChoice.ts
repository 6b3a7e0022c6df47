import { basename, dirname, join } from 'node:path';
import { l10n, QuickPickItemKind, Uri, window, workspace } from 'vscode';
import type { QuickPickItem } from 'vscode';

import { graphOf } from '../../checkpoints/opening.js';
import { openedBy } from '../checkpoints/runs.js';
import type { LiveRun } from '../checkpoints/runs.js';
import type { App } from './app.js';
import { WEIGHT_ENDINGS } from './checkpoints.js';

/** What a command is called on: a row of the view, or a run that a timeline shows. */
interface OnRun {
  readonly live?: LiveRun | undefined;
}

interface FileItem extends QuickPickItem {
  /** Absolute path; null for what is found by itself. */
  readonly file?: string | null;
}

/** Chooses the exported model that a run's weights are put into. */
export async function chooseGraph({ runs }: App, on?: OnRun): Promise<void> {
  const live = on?.live ?? (await pickRun(runs.all));
  if (live === undefined) return;
  const found = graphOf({ ...openedBy(live), graph: null }).graph;
  const graph = await pickFile({
    placeHolder: l10n.t('Which model was exported from the network that is trained?'),
    found: found === null ? l10n.t('none is beside the checkpoints') : pathText(found),
    files: live.run.graphs.map((path) => join(live.watch.source.folder, path)),
    chosen: live.chosen.graph,
    filters: { [l10n.t('ONNX models')]: ['onnx'] },
    folder: live.watch.source.folder,
  });
  if (graph !== undefined) runs.choose(live.id, { graph });
}

/** Chooses the checkpoint that a run's graph was exported from. */
export async function chooseReference({ runs }: App, on?: OnRun): Promise<void> {
  const live = on?.live ?? (await pickRun(runs.all));
  if (live === undefined) return;
  const kept = graphOf({ ...openedBy(live), reference: null }).reference;
  const reference = await pickFile({
    placeHolder: l10n.t('From which checkpoint was the graph exported?'),
    found: kept === null ? l10n.t('by the names or values of weights') : pathText(kept),
    files: live.run.checkpoints.map(({ path }) => join(live.watch.source.folder, path)),
    chosen: live.chosen.reference,
    filters: { [l10n.t('Checkpoints')]: [...WEIGHT_ENDINGS] },
    folder: live.watch.source.folder,
  });
  if (reference !== undefined) runs.choose(live.id, { reference });
}

interface Question {
  readonly placeHolder: string;
  /** What is taken where nothing is chosen. */
  readonly found: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly chosen: string | null;
  readonly filters: Readonly<Record<string, string[]>>;
  /** Where other files are looked for. */
  readonly folder: string;
}

/** @returns null for what is found by itself, undefined where nothing was chosen */
async function pickFile({
  placeHolder,
  found,
  files,
  chosen,
  filters,
  folder,
}: Question): Promise<string | null | undefined> {
  const label = (text: string, file: string | null): string => `${file === chosen ? '$(check) ' : ''}${text}`;
  const others = chosen === null || files.includes(chosen) ? files : [chosen, ...files];
  const items: FileItem[] = [
    { label: label(l10n.t('Found by Itself'), null), description: found, file: null },
    ...others.map((file) => ({
      label: label(basename(file), file),
      description: pathText(dirname(file)),
      file,
    })),
    { label: '', kind: QuickPickItemKind.Separator },
    { label: `$(folder-opened) ${l10n.t('Choose a File…')}` },
  ];
  const picked = await window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  if (picked === undefined || picked.file !== undefined) return picked?.file;
  const opened = await window.showOpenDialog({
    title: placeHolder,
    filters,
    defaultUri: Uri.file(folder),
  });
  return opened?.[0]?.fsPath;
}

/** The only run of weights, or the one that the user picks. */
async function pickRun(runs: readonly LiveRun[]): Promise<LiveRun | undefined> {
  const items = runs
    .filter(({ run }) => run.kind === 'weights')
    .map((live) => ({
      label: live.run.name === '' ? live.watch.name : live.run.name,
      description: pathText(live.watch.source.folder),
      live,
    }));
  if (items.length === 0)
    void window.showInformationMessage(l10n.t('No run is watched whose checkpoints hold weights alone.'));
  if (items.length <= 1) return items[0]?.live;
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Of which run?') }))?.live;
}

function pathText(path: string): string {
  return workspace.asRelativePath(path);
}
