import type { Uri } from 'vscode';

import type { ModelChoice } from '../../protocol/engineApi.js';
import type { HostMessage } from '../../protocol/panel.js';
import { modelSettings, topChannels } from '../editor/settings.js';
import { shownLayer } from '../model/layersFor.js';
import { ExplanationSession } from './explanationSession.js';
import { expectedClassOf } from './expectedClass.js';
import { ModelWatch } from './fileWatch.js';
import { imageOf } from './folderPictures.js';
import type { PanelOptions } from './panelOptions.js';
import type { Services } from './services.js';
import type { FoundModel } from './sessionContext.js';

export interface PanelSubjectContext {
  readonly services: Services;
  /** Its place in the panel's list. */
  readonly of: number;
  /** The picture to explain, be it not shown yet. */
  readonly image: () => Uri;
  /** null before there was a choice. */
  readonly chosenLayer: () => string | null;
  /** Logs the error and says it in one sentence. */
  readonly describe: (error: unknown) => string;
  readonly changed: () => void;
  /** Its model's files are others. */
  readonly modelChanged: () => void;
  readonly post: (message: HostMessage) => void;
}

/** One subject of a panel: its session, the model chosen for it, and the files of that. */
export class PanelSubject {
  readonly session: ExplanationSession;
  readonly #context: PanelSubjectContext;
  readonly #modelWatch = new ModelWatch(() => {
    this.#context.modelChanged();
    void this.session.modelChanged();
  });
  /** null for the workspace's model. */
  #own: ModelChoice | null;
  #ask: boolean;

  constructor(context: PanelSubjectContext, options: PanelOptions) {
    const { services, of, image, chosenLayer, describe, post, changed } = context;
    this.#context = context;
    this.#own = options.model;
    this.#ask = options.ask;
    this.session = new ExplanationSession(
      {
        engine: services.engine,
        of,
        findModel: () => this.#findModel(),
        settingsOf: modelSettings,
        topChannels,
        shownLayer: (model) => shownLayer(model, chosenLayer()),
        expectedClass: (path, { labels }) => expectedClassOf(path, labels, services.memory),
        describe,
        changed: () => {
          const { model } = this.session.subject;
          if (model !== null) this.#modelWatch.watch(model.files);
          changed();
        },
        post,
      },
      imageOf(image().fsPath),
      options,
    );
  }

  /** The model chosen for it; null where the workspace's explains it. */
  get own(): ModelChoice | null {
    return this.#own;
  }

  /** Explains by a model of its own, or by the workspace's. */
  explainWith(model: ModelChoice | null): void {
    this.#own = model;
    void this.session.explain();
  }

  /** Tries again; the user may be asked for a model. */
  retry(): void {
    this.#ask = true;
    void this.session.explain();
  }

  cancel(): void {
    this.session.cancel();
    // What is shown again is explained by the model that is shown with it.
    const { model, own } = this.session.subject;
    if (model !== null) this.#own = own;
  }

  dispose(): void {
    this.session.dispose();
    this.#modelWatch.dispose();
  }

  async #findModel(): Promise<FoundModel | null> {
    const choice = this.#own ?? (await this.#workspaceModel());
    // Once is enough: a change of a file or a setting must not ask again.
    this.#ask = false;
    if (choice === null) return null;
    // Before it is open: that may fail, and a new file mend it.
    this.#modelWatch.watch([choice.model, ...(choice.weights === undefined ? [] : [choice.weights.file])]);
    return { choice, isOwn: this.#own !== null };
  }

  async #workspaceModel(): Promise<ModelChoice | null> {
    const { services, image } = this.#context;
    const model = await services.models.modelFor(image(), this.#ask);
    return model === null ? null : { model };
  }
}
