import { basename, posix } from 'node:path';
import { l10n, QuickPickItemKind, window, workspace } from 'vscode';
import type { QuickPickItem } from 'vscode';

import type { ModelChoice } from '../../protocol/engineApi.js';

export interface ModelQuestion {
  readonly placeHolder: string;
  /** Path of the model in use. */
  readonly chosen: string | null;
  /** Paths of the workspace's models. */
  readonly models: readonly string[];
  /** Path of the embedded model. */
  readonly sample: string;
  /** Of training runs; they explain as models do. */
  readonly checkpoints: readonly NamedCheckpoint[];
  /** Path of the model that can be offered for all panels; null where there is nothing to offer. */
  readonly forAll: string | null;
}

export interface NamedCheckpoint {
  readonly name: string;
  /** What it is a checkpoint of. */
  readonly run: string;
  readonly model: ModelChoice;
}

/** A model, or that the one offered is to explain in all panels. */
export type ModelAnswer = { readonly model: ModelChoice } | { readonly forAll: string };

interface AnswerItem extends QuickPickItem {
  /** null to look for a file. */
  readonly answer?: ModelAnswer | null;
}

/** Lets the user pick a model. @returns undefined where none was */
export async function askModel(question: ModelQuestion): Promise<ModelAnswer | undefined> {
  const { placeHolder } = question;
  const item = await window.showQuickPick(itemsOf(question), { placeHolder, matchOnDescription: true });
  if (item?.answer !== null) return item?.answer;
  const model = await browse();
  return model === undefined ? undefined : { model: { model } };
}

function itemsOf({ chosen, models, sample, checkpoints, forAll }: ModelQuestion): AnswerItem[] {
  const item = (model: ModelChoice, label: string, description?: string): AnswerItem => ({
    label: `${(model.weights?.file ?? model.model) === chosen ? '$(check)' : '$(file-binary)'} ${label}`,
    answer: { model },
    ...(description === undefined ? {} : { description }),
  });
  const all = forAll !== null && {
    label: `$(globe) ${l10n.t('Use {0} for All Panels', basename(forAll))}`,
    answer: { forAll },
  };
  return [
    ...group(l10n.t('All Panels'), all === false ? [] : [all]),
    ...group(
      l10n.t('Workspace'),
      models.map((path) => item({ model: path }, basename(path), folderOf(path))),
    ),
    ...group(
      l10n.t('Checkpoints'),
      checkpoints
        .filter(({ model }) => model.weights !== undefined || !models.includes(model.model))
        .map(({ name, run, model }) => item(model, name, run)),
    ),
    ...group(l10n.t('Other'), [
      item({ model: sample }, l10n.t('Sample Model'), l10n.t('comes with the extension')),
      { label: `$(folder-opened) ${l10n.t('Choose a File…')}`, answer: null },
    ]),
  ];
}

function group(label: string, items: readonly AnswerItem[]): readonly AnswerItem[] {
  return items.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }, ...items];
}

/** Within the workspace; none for its own folder. */
function folderOf(path: string): string | undefined {
  const folder = posix.dirname(workspace.asRelativePath(path));
  return folder === '.' ? undefined : folder;
}

async function browse(): Promise<string | undefined> {
  const files = await window.showOpenDialog({
    title: l10n.t('Choose a Model'),
    openLabel: l10n.t('Use as Model'),
    filters: { [l10n.t('ONNX models')]: ['onnx'] },
  });
  return files?.[0]?.fsPath;
}
