import { Disposable, EventEmitter, Uri, window, workspace } from 'vscode';
import type { Event, WebviewPanel } from 'vscode';

import { ClassNames } from '../../labels/classNames.js';
import type { ExportKind, ModelChoice, OpenRequest } from '../../protocol/engineApi.js';
import type { MethodId } from '../../protocol/methods.js';
import type { Preprocessing } from '../../protocol/model.js';
import type { PanelMessage, Subject } from '../../protocol/panel.js';
import { CONFIGURATION, SETTINGS } from '../editor/ids.js';
import { errorDetail, errorText } from '../editor/localize.js';
import { savePreprocessing } from '../editor/settings.js';
import { answerSecond, chooseModel } from './chooseModels.js';
import { answerByEditor } from './editorRequests.js';
import type { EditorRequest } from './editorRequests.js';
import type { ExplanationSession } from './explanationSession.js';
import { PictureWatch } from './fileWatch.js';
import { Filmstrip } from './filmstrip.js';
import { imageOf } from './folderPictures.js';
import type { PanelOptions } from './panelOptions.js';
import { PanelPage } from './panelPage.js';
import { PanelSubjects } from './panelSubjects.js';
import type { Services } from './services.js';

/** What the user chooses in the page. */
type Choice = Extract<
  PanelMessage,
  { type: 'selectClass' | 'selectMethod' | 'selectLayer' | 'setExpected' | 'setPreprocessing' }
>;

/** One picture's panel: the page, its session, and the files that both depend on. */
export class ExplainPanel {
  /** The picture to explain, be it not shown yet. */
  #image: Uri;
  readonly #panel: WebviewPanel;
  readonly #page: PanelPage;
  readonly #services: Services;
  readonly #subjects: PanelSubjects;
  readonly filmstrip: Filmstrip;
  readonly #changed = new EventEmitter<void>();
  readonly #disposables: Disposable[] = [];
  readonly #pictureWatch = new PictureWatch(
    () => {
      this.#subjects.imageChanged();
    },
    () => {
      this.#subjects.explain();
    },
  );
  /** The layer chosen; null before there was a choice. */
  #tensor: string | null;

  /** Fires when the subject or the layer shown has changed. */
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(panel: WebviewPanel, image: Uri, services: Services, options: PanelOptions) {
    this.#image = image;
    this.#panel = panel;
    this.#page = new PanelPage(panel, services.extensionUri);
    this.#services = services;
    this.#tensor = options.tensor;
    this.filmstrip = new Filmstrip({
      ...services,
      picture: () => this.#image.fsPath,
      explain: async (path, place) => {
        this.#turnTo(Uri.file(path));
        await this.#subjects.selectImage(imageOf(path), place);
      },
      isBusy: () => this.working,
      post: (message) => {
        this.#page.post(message);
      },
    });
    this.#subjects = new PanelSubjects(
      {
        services,
        image: () => this.#image,
        chosenLayer: () => this.#tensor,
        describe: (error) => this.#describe(error),
        changed: () => {
          this.#page.show(this.#subjects.shown);
          this.filmstrip.follow(this.subject);
          this.#changed.fire();
        },
        modelChanged: () => {
          this.filmstrip.judgements.forget();
        },
        post: (message) => {
          this.#page.post(message);
        },
      },
      options,
    );
    this.#pictureWatch.watch(image.fsPath);
    this.#disposables.push(
      panel.webview.onDidReceiveMessage((message: PanelMessage) => {
        this.#receive(message).catch((error: unknown) => window.showErrorMessage(this.#describe(error)));
      }),
      workspace.onDidChangeConfiguration((change) => {
        const ofPanel = [SETTINGS.models, SETTINGS.topChannels, SETTINGS.maxMegapixels];
        if (ofPanel.some((name) => change.affectsConfiguration(`${CONFIGURATION}.${name}`)))
          this.#subjects.explain();
      }),
      services.models.onDidChoose((model) => {
        // The sample's pictures have their own, unless somebody looks at them who chooses another.
        const isMeant = this.#panel.active && services.models.isSample(this.#image);
        this.#subjects.first.explainWith(isMeant ? { model } : null);
      }),
    );
    this.#subjects.explain();
    void this.filmstrip.read().then((place) => {
      this.#subjects.placed(place);
    });
  }

  get image(): Uri {
    return this.#image;
  }

  get subject(): Subject {
    return this.#session.subject;
  }

  /** The layer that the page shows: the one chosen, else the deepest; for the pixels, the name of the input. */
  get tensor(): string | null {
    const { model, explanation } = this.subject;
    if (model === null || explanation === null) return null;
    const explained = explanation.layers.map(({ tensor }) => tensor);
    const all = model.layers.map(({ tensor }) => tensor);
    const chosen = [...explained, ...all].find((tensor) => tensor === this.#tensor);
    return chosen ?? explained.at(-1) ?? all.at(-1) ?? null;
  }

  /** The model in use, as the engine is asked for it; null where there is none. */
  get opening(): OpenRequest | null {
    return this.#session.opening;
  }

  get active(): boolean {
    return this.#panel.active;
  }

  get working(): boolean {
    return this.#session.working;
  }

  /** Brings the panel to the front; a failed explanation is tried again. */
  show(): void {
    this.#panel.reveal();
    const { kind } = this.subject.status;
    if (kind === 'noModel' || kind === 'cancelled') this.retry();
    else this.retryFailed();
  }

  retryFailed(): void {
    if (this.subject.status.kind === 'error') this.retry();
  }

  retry(): void {
    this.#subjects.first.retry();
  }

  engineDied(): void {
    this.#subjects.engineDied();
  }

  /** Shows a layer. */
  reveal(tensor: string): void {
    this.#tensor = tensor;
    this.#page.whenShown({ type: 'reveal', tensor });
    this.#changed.fire();
  }

  /** Exports what the page shows of the chosen layer, which the page alone knows. */
  exportShown(kinds: readonly ExportKind[]): void {
    this.#page.whenShown({ type: 'export', kinds });
  }

  /** Explains by another model than the workspace's. */
  explainWith(model: ModelChoice): void {
    this.#subjects.first.explainWith(model);
  }

  /** Leads the keyboard into the filmstrip. */
  async focusFilmstrip(): Promise<void> {
    await this.filmstrip.reveal();
    this.#panel.reveal();
    this.#page.whenShown({ type: 'focusFilmstrip' });
  }

  explainClass(index: number | null): void {
    void this.#session.selectClass(index);
  }

  explainBy(method: MethodId): void {
    void this.#session.selectMethod(method);
  }

  /** @param index null forgets what the user said, so that the folder's name counts again */
  async setExpected(index: number | null): Promise<void> {
    const name = index === null ? null : new ClassNames(this.subject.model?.labels ?? []).nameOf(index);
    await this.#services.memory.rememberExpectedClass(this.subject.image.path, name);
    this.filmstrip.judgements.expectedChanged();
    this.#subjects.expectedChanged();
  }

  /** Explains anew. @param preprocessing null goes back to what was found for the model */
  async savePreprocessing(preprocessing: Preprocessing | null): Promise<void> {
    const { model } = this.subject;
    if (model !== null) await savePreprocessing(model.path, preprocessing);
  }

  dispose(): void {
    this.#subjects.dispose();
    this.filmstrip.dispose();
    this.#pictureWatch.dispose();
    Disposable.from(...this.#disposables).dispose();
    this.#changed.dispose();
  }

  #turnTo(image: Uri): void {
    this.#image = image;
    this.#pictureWatch.watch(image.fsPath);
  }

  #describe(error: unknown): string {
    this.#services.log.error(errorDetail(error));
    return errorText(error);
  }

  async #receive(message: PanelMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#subjects.greet(() => {
          this.#page.greetWith(this.#subjects.shown);
          this.filmstrip.greet();
        });
        return;
      case 'stepPicture':
      case 'showPicture':
      case 'thumbnails':
      case 'showFilmstrip':
        return this.filmstrip.receive(message);
      case 'need':
        this.#subjects.answer(message.of, message.need);
        return;
      case 'retry':
        this.retry();
        return;
      case 'cancel':
        this.#cancel();
        return;
      case 'chooseModel':
        return chooseModel(this.#subjects, this.#services.models);
      case 'second':
        return answerSecond(message.act, this.#subjects, this.#services.models);
      default:
        return this.#choose(message);
    }
  }

  get #session(): ExplanationSession {
    return this.#subjects.first.session;
  }

  #cancel(): void {
    this.#subjects.cancel();
    this.#turnTo(Uri.file(this.subject.image.path));
  }

  async #choose(message: Choice | EditorRequest): Promise<void> {
    switch (message.type) {
      case 'selectClass':
        return this.#session.selectClass(message.index);
      case 'selectMethod':
        return this.#session.selectMethod(message.method);
      case 'selectLayer':
        this.#tensor = message.tensor;
        this.#changed.fire();
        return;
      case 'setExpected':
        return this.setExpected(message.index);
      case 'setPreprocessing':
        return this.savePreprocessing(message.preprocessing);
      default:
        return answerByEditor(message, this.subject.image.path);
    }
  }
}
