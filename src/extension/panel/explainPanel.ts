import { Disposable, EventEmitter, l10n, Uri, window, workspace } from 'vscode';
import type { Event, WebviewPanel } from 'vscode';

import { ClassNames } from '../../labels/classNames.js';
import type { ExportKind, ModelChoice, OpenRequest } from '../../protocol/engineApi.js';
import type { MethodId } from '../../protocol/methods.js';
import type { Preprocessing } from '../../protocol/model.js';
import type { PanelMessage, Subject } from '../../protocol/panel.js';
import { CONFIGURATION, SETTINGS } from '../editor/ids.js';
import { errorDetail, errorText } from '../editor/localize.js';
import { savePreprocessing } from '../editor/settings.js';
import { answerByEditor } from './editorRequests.js';
import type { EditorRequest } from './editorRequests.js';
import type { ExplanationSession } from './explanationSession.js';
import { PictureWatch } from './fileWatch.js';
import { Filmstrip } from './filmstrip.js';
import { imageOf } from './folderPictures.js';
import type { PanelOptions } from './panelOptions.js';
import { PanelPage } from './panelPage.js';
import { PanelSubject } from './panelSubject.js';
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
  readonly #subject: PanelSubject;
  readonly filmstrip: Filmstrip;
  readonly #changed = new EventEmitter<void>();
  readonly #disposables: Disposable[] = [];
  readonly #pictureWatch = new PictureWatch(
    () => void this.#session.imageChanged(),
    () => void this.#session.explain(),
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
        await this.#session.selectImage(imageOf(path), place);
      },
      isBusy: () => this.working,
      post: (message) => {
        this.#page.post(message);
      },
    });
    this.#subject = new PanelSubject(
      {
        services,
        image: () => this.#image,
        chosenLayer: () => this.#tensor,
        describe: (error) => this.#describe(error),
        changed: () => {
          this.#page.show([this.subject]);
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
          void this.#session.explain();
      }),
      services.models.onDidChoose((model) => {
        // The sample's pictures have their own, unless somebody looks at them who chooses another.
        const isMeant = this.#panel.active && services.models.isSample(this.#image);
        this.#subject.explainWith(isMeant ? { model } : null);
      }),
    );
    void this.#session.explain();
    void this.filmstrip.read().then((place) => {
      this.#session.placed(place);
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
    this.#subject.retry();
  }

  engineDied(): void {
    this.#session.engineDied();
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
    this.#subject.explainWith(model);
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
    this.#session.expectedChanged();
  }

  /** Explains anew. @param preprocessing null goes back to what was found for the model */
  async savePreprocessing(preprocessing: Preprocessing | null): Promise<void> {
    const { model } = this.subject;
    if (model !== null) await savePreprocessing(model.path, preprocessing);
  }

  dispose(): void {
    this.#subject.dispose();
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
        // A page that begins has no need yet, whatever the one before it had.
        this.#session.answer(null);
        this.#page.greet([this.subject]);
        this.filmstrip.greet();
        this.#session.tellKept();
        return;
      case 'stepPicture':
      case 'showPicture':
      case 'thumbnails':
      case 'showFilmstrip':
        return this.filmstrip.receive(message);
      case 'need':
        this.#session.answer(message.need);
        return;
      case 'retry':
        this.retry();
        return;
      case 'cancel':
        this.#cancel();
        return;
      case 'chooseModel':
        return this.#backAfter(this.#chooseModel());
      default:
        return this.#choose(message);
    }
  }

  /** After a pick or a dialog of the editor the keyboard is back in the page, where it was. */
  async #backAfter(pick: Thenable<unknown>): Promise<void> {
    await pick;
    this.#page.takeKeyboard();
  }

  get #session(): ExplanationSession {
    return this.#subject.session;
  }

  async #chooseModel(): Promise<void> {
    const { models } = this.#services;
    const { opening } = this.#session;
    if (opening === null) {
      await models.choose();
      return;
    }
    const question = l10n.t('Which model is to explain the picture of this panel?');
    const model = await models.chooseFor(question, opening);
    if (model !== undefined && !this.#page.isGone) this.#subject.explainWith(model);
  }

  #cancel(): void {
    this.#subject.cancel();
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
        return answerByEditor(message, this.subject.image.path, (done) => this.#backAfter(done));
    }
  }
}
