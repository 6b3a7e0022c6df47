import { EventEmitter, l10n, RelativePattern, Uri, workspace } from 'vscode';
import type { Event } from 'vscode';

import type { ModelChoice } from '../../protocol/engineApi.js';
import type { Memory } from '../editor/memory.js';
import { SAMPLE_MODEL } from '../editor/memory.js';
import { askModel } from './askModel.js';
import type { ModelQuestion, NamedCheckpoint } from './askModel.js';
import type { Sample } from './sample.js';

const SEARCH = '**/*.onnx';
const SKIPPED = '**/{node_modules,.git}/**';
const SEARCH_LIMIT = 500;

/** Which model explains the workspace's pictures. */
export class ModelStore {
  readonly #memory: Memory;
  readonly #sample: Sample;
  readonly #checkpoints: () => readonly NamedCheckpoint[];
  readonly #changed = new EventEmitter<string>();
  #asking: Promise<string | null> | undefined;

  /** Fires with the path of the model that was chosen. */
  readonly onDidChoose: Event<string> = this.#changed.event;

  /** @param checkpoints those that one panel can be explained by */
  constructor(memory: Memory, sample: Sample, checkpoints: () => readonly NamedCheckpoint[]) {
    this.#memory = memory;
    this.#sample = sample;
    this.#checkpoints = checkpoints;
  }

  /** Whether a picture is one of the sample's, which have a model of their own. */
  isSample(picture: Uri): boolean {
    return this.#sample.holds(picture);
  }

  /**
   * The model for a picture: the sample's own for the sample's pictures, else the one chosen before, else the only one
   * of the workspace, else the one that the user picks.
   * @param ask whether the user may be asked
   * @returns null where there is none
   */
  async modelFor(picture: Uri, ask: boolean): Promise<string | null> {
    if (this.isSample(picture)) return this.#sample.model;
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

  /** Asks the user for the workspace's; at most one question at a time, however many pictures wait for the answer. */
  async choose(): Promise<string | null> {
    this.#asking ??= this.#choose().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /**
   * Asks the user for the model of one panel.
   * @param of the one that it has; null for a further one
   * @returns undefined where none was picked for it; it may have been put to use for all
   */
  async chooseFor(placeHolder: string, of: ModelChoice | null): Promise<ModelChoice | undefined> {
    const path = of?.model ?? null;
    const hasOthersWeights = of?.weights !== undefined;
    const isForAll = path === null || hasOthersWeights || path === (await this.chosen());
    const answer = await askModel({
      ...(await this.#question(placeHolder, of)),
      checkpoints: this.#checkpoints(),
      forAll: isForAll ? null : path,
    });
    if (answer === undefined || 'model' in answer) return answer?.model;
    await this.use(answer.forAll);
    return undefined;
  }

  async #choose(): Promise<string | null> {
    const placeHolder = l10n.t('Which model is to explain the pictures of this workspace?');
    const chosen = await this.chosen();
    const question = await this.#question(placeHolder, chosen === null ? null : { model: chosen });
    const answer = await askModel({ ...question, checkpoints: [], forAll: null });
    if (answer === undefined || 'forAll' in answer) return null;
    await this.use(answer.model.model);
    return answer.model.model;
  }

  async #question(
    placeHolder: string,
    of: ModelChoice | null,
  ): Promise<Omit<ModelQuestion, 'checkpoints' | 'forAll'>> {
    const sample = this.#sample.model;
    const found = (await findModels()).map(({ fsPath }) => fsPath);
    const graph = of === null || of.weights !== undefined || of.model === sample ? null : of.model;
    const models = graph === null || found.includes(graph) ? found : [graph, ...found];
    return { placeHolder, chosen: of?.weights?.file ?? of?.model ?? null, sample, models };
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

async function exists(path: string): Promise<boolean> {
  try {
    await workspace.fs.stat(Uri.file(path));
    return true;
  } catch {
    return false;
  }
}
