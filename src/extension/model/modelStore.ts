import { basename, posix } from 'node:path';
import { EventEmitter, l10n, QuickPickItemKind, RelativePattern, Uri, window, workspace } from 'vscode';
import type { Event, QuickPickItem } from 'vscode';

import type { Memory } from '../editor/memory.js';
import { SAMPLE_MODEL } from '../editor/memory.js';
import type { Sample } from './sample.js';

const SEARCH = '**/*.onnx';
const SKIPPED = '**/{node_modules,.git}/**';
const SEARCH_LIMIT = 500;

interface ModelItem extends QuickPickItem {
  /** Path of the model; null to look for a file. */
  readonly path?: string | null;
}

/** Which model explains the workspace's pictures. */
export class ModelStore {
  readonly #memory: Memory;
  readonly #sample: Sample;
  readonly #changed = new EventEmitter<string>();
  #asking: Promise<string | null> | undefined;

  /** Fires with the path of the model that was chosen. */
  readonly onDidChoose: Event<string> = this.#changed.event;

  constructor(memory: Memory, sample: Sample) {
    this.#memory = memory;
    this.#sample = sample;
  }

  /**
   * The model for a picture: the sample's own for the sample's pictures, else the one chosen before, else the only one
   * of the workspace, else the one that the user picks.
   * @param ask whether the user may be asked
   * @returns null where there is none
   */
  async modelFor(picture: Uri, ask: boolean): Promise<string | null> {
    if (this.#sample.holds(picture)) return this.#sample.model;
    const chosen = await this.chosen();
    if (chosen !== null) return chosen;
    const found = await findModels();
    if (found.length <= 1) return found[0]?.fsPath ?? null;
    return ask ? this.choose() : null;
  }

  /** The model chosen before, as long as it is there. */
  async chosen(): Promise<string | null> {
    const remembered = this.#memory.model;
    if (remembered === undefined) return null;
    if (remembered === SAMPLE_MODEL) return this.#sample.model;
    return (await exists(remembered)) ? remembered : null;
  }

  async use(path: string): Promise<void> {
    await this.#memory.rememberModel(path === this.#sample.model ? SAMPLE_MODEL : path);
    this.#changed.fire(path);
  }

  /** Asks the user; at most one question at a time, however many pictures wait for the answer. */
  async choose(): Promise<string | null> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<string | null> {
    const placeHolder = l10n.t('Which model is to explain the pictures of this workspace?');
    const item = await window.showQuickPick(this.#items(), { placeHolder, matchOnDescription: true });
    const path = item?.path === null ? await browse() : item?.path;
    if (path === undefined) return null;
    await this.use(path);
    return path;
  }

  async #items(): Promise<ModelItem[]> {
    const chosen = await this.chosen();
    const item = (path: string, label: string, description?: string): ModelItem => ({
      label: `${path === chosen ? '$(check)' : '$(file-binary)'} ${label}`,
      path,
      ...(description === undefined ? {} : { description }),
    });
    const found = (await findModels()).map(({ fsPath }) => fsPath);
    if (chosen !== null && chosen !== this.#sample.model && !found.includes(chosen)) found.unshift(chosen);
    const models = found.map((path) => item(path, basename(path), folderOf(path)));
    const sample = item(this.#sample.model, l10n.t('Sample Model'), l10n.t('comes with the extension'));
    return [
      ...(models.length === 0 ? [] : [separator(l10n.t('Workspace')), ...models]),
      separator(l10n.t('Other')),
      sample,
      { label: `$(folder-opened) ${l10n.t('Choose a File…')}`, path: null },
    ];
  }
}

async function findModels(): Promise<Uri[]> {
  const folders = workspace.workspaceFolders ?? [];
  const searches = folders.map((folder) =>
    workspace.findFiles(new RelativePattern(folder, SEARCH), SKIPPED, SEARCH_LIMIT),
  );
  const found = (await Promise.all(searches)).flat();
  return found.sort(
    (a, b) => depthOf(a) - depthOf(b) || a.path.localeCompare(b.path, undefined, { numeric: true }),
  );
}

/** What lies in a folder of its own, such as a training's checkpoints, is meant less often. */
function depthOf({ path }: Uri): number {
  return path.split('/').length;
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

function separator(label: string): ModelItem {
  return { label, kind: QuickPickItemKind.Separator };
}

async function exists(path: string): Promise<boolean> {
  try {
    await workspace.fs.stat(Uri.file(path));
    return true;
  } catch {
    return false;
  }
}
