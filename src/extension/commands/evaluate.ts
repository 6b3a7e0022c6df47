import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { l10n, Uri, window, workspace, type QuickPickItem } from 'vscode';

import type { EvaluationChoice } from '../../evaluation/disk/choice.js';
import type { EvaluationOrder } from '../../evaluation/disk/planning.js';
import { findPictures } from '../../evaluation/disk/pictures.js';
import { JOURNAL_ENDING } from '../../evaluation/journal.js';
import { reportLayer } from '../../evaluation/reportLayer.js';
import { CHANNEL_METHOD } from '../../protocol/evaluation.js';
import type { ModelInfo } from '../../protocol/model.js';
import { isPicture } from '../../protocol/picture.js';
import { modelSettings } from '../editor/settings.js';
import { askChoice } from '../evaluation/askChoice.js';
import { choiceFor } from '../evaluation/choice.js';
import { progressText } from '../evaluation/evaluationStatus.js';
import type { RunningEvaluation } from '../evaluation/runningEvaluation.js';
import { journalOf, openReport } from '../evaluation/tabs.js';
import type { App } from './app.js';
import { longTask } from './longTask.js';

const REPORT_ENDING = '.relcam.json';

/** Of what is drawn at random: the same everywhere, so that reports can be compared picture by picture. */
const SEED = 0;

/**
 * Asks what is to be evaluated, and starts it.
 * @param clicked a folder or a picture; without it the user is asked @param selected everything selected with it
 */
export async function evaluate(app: App, clicked?: unknown, selected?: unknown): Promise<void> {
  const images = placesOf(clicked, selected);
  const chosen = images.length > 0 ? images : await browseFolder();
  const [first] = chosen;
  if (first === undefined) return;
  const model = await app.models.modelFor(Uri.file(first), true);
  if (model === null) return;
  const open = { model, settings: modelSettings(model) };
  const found = await longTask(l10n.t('Looking for Pictures'), async (call) => ({
    info: await app.engine.open(open, call),
    pictures: await findPictures(chosen),
  }));
  if (found === undefined) return;
  const { info, pictures } = found;
  const choice = await askChoice(info, pictures.files.length, choiceFor(info, app.memory.evaluationChoice));
  if (choice === undefined) return;
  await app.memory.rememberEvaluationChoice(choice);
  const report = await reportFile(app, model, chosen);
  if (report === undefined) return;
  const order = orderOf(info, open, chosen, choice, report);
  const evaluation = app.evaluations.start(order);
  await showLive(evaluation);
}

interface Action extends QuickPickItem {
  readonly act: () => void | Promise<void>;
}

/** What the user can do with what is under way. */
export async function showEvaluations({ evaluations }: App): Promise<void> {
  const { running } = evaluations;
  const [first] = running;
  const chosen = running.length > 1 ? await pickRunning(running) : first;
  if (chosen === undefined) return;
  const open = { label: `$(graph) ${l10n.t('Show What Is Done')}`, act: () => openReport(journalOf(chosen)) };
  const pause = {
    label: `$(debug-pause) ${l10n.t('Pause')}`,
    act: () => {
      evaluations.pause(chosen);
    },
  };
  const resume = {
    label: `$(play) ${l10n.t('Resume')}`,
    act: () => {
      evaluations.resume(chosen);
    },
  };
  const stop = {
    label: `$(debug-stop) ${l10n.t('Stop')}`,
    description: l10n.t('what is done is kept'),
    act: () => {
      chosen.stop();
    },
  };
  const actions: readonly Action[] = [open, chosen.isPaused ? resume : pause, stop];
  const placeHolder = `${chosen.name}: ${progressText(chosen)}`;
  await (await window.showQuickPick(actions, { placeHolder }))?.act();
}

export function orderOf(
  info: ModelInfo,
  open: EvaluationOrder['open'],
  images: readonly string[],
  choice: EvaluationChoice,
  report: string,
): EvaluationOrder {
  return {
    ...choice,
    open,
    images,
    layers: info.layers
      .filter(({ tensor }) => choice.layers.includes(tensor))
      .map((layer) => reportLayer(info, layer)),
    channels: choice.methods.includes(CHANNEL_METHOD),
    seed: SEED,
    shard: null,
    report,
  };
}

/** Shows what is done as soon as there is something. */
async function showLive(evaluation: RunningEvaluation): Promise<void> {
  const listener = evaluation.onDidChange(() => {
    if (evaluation.done === 0) return;
    listener.dispose();
    void openReport(journalOf(evaluation));
  });
  try {
    await evaluation.outcome;
  } catch {
    // Told where it is followed.
  } finally {
    listener.dispose();
  }
}

async function pickRunning(running: readonly RunningEvaluation[]): Promise<RunningEvaluation | undefined> {
  const items = running.map((evaluation): QuickPickItem & { readonly evaluation: RunningEvaluation } => ({
    label: evaluation.name,
    description: progressText(evaluation),
    evaluation,
  }));
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Which evaluation?') }))?.evaluation;
}

/** Folders and pictures that a menu was opened on. */
function placesOf(clicked: unknown, selected: unknown): readonly string[] {
  const uris: readonly unknown[] = Array.isArray(selected) ? selected : [clicked];
  return uris.flatMap((uri) => (uri instanceof Uri && uri.scheme === 'file' ? uri.fsPath : []));
}

async function browseFolder(): Promise<readonly string[]> {
  const chosen = await window.showOpenDialog({
    title: l10n.t('Folder with the Pictures to Evaluate'),
    openLabel: l10n.t('Evaluate'),
    canSelectFiles: false,
    canSelectFolders: true,
  });
  return (chosen ?? []).map(({ fsPath }) => fsPath);
}

/** Where the report shall be; the name proposed is free, or that of the same evaluation that was stopped. */
async function reportFile(
  { memory }: App,
  model: string,
  [first = '']: readonly string[],
): Promise<string | undefined> {
  const folder = isPicture(first) ? dirname(first) : first;
  const base = join(
    workspace.getWorkspaceFolder(Uri.file(folder))?.uri.fsPath ?? dirname(folder),
    `${basename(model, '.onnx')}.${basename(folder)}`,
  );
  const last = memory.lastReport;
  const proposed = last !== undefined && (await exists(last + JOURNAL_ENDING)) ? last : await freeName(base);
  const chosen = await window.showSaveDialog({
    title: l10n.t('Save the Report As'),
    saveLabel: l10n.t('Start'),
    defaultUri: Uri.file(proposed),
    // The editor appends whatever else is named here, also to a name that ends so.
    filters: { [l10n.t('Reports')]: ['json'] },
  });
  if (chosen === undefined) return undefined;
  // By its ending it is opened as a report.
  const file = `${chosen.fsPath.replace(/(\.relcam)?(\.json)?$/i, '')}${REPORT_ENDING}`;
  await memory.rememberReport(file);
  return file;
}

async function freeName(base: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = `${base}${number === 1 ? '' : `-${number}`}${REPORT_ENDING}`;
    if (!(await exists(name)) && !(await exists(name + JOURNAL_ENDING))) return name;
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
