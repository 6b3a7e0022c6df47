import { basename, dirname } from 'node:path';
import { commands, Disposable, EventEmitter, l10n, Uri, ViewColumn, window } from 'vscode';
import type { Event, WebviewPanel, WebviewPanelSerializer } from 'vscode';

import type { ModelChoice } from '../../protocol/engineApi.js';
import { CONTEXT_KEYS, PANEL_TYPE } from '../editor/ids.js';
import { defaultMethod } from '../editor/settings.js';
import { ExplainPanel } from './explainPanel.js';
import type { PanelOptions } from './panelOptions.js';
import { restoredPanel } from './panelState.js';
import type { Services } from './services.js';

/** All open panels, one a picture. */
export class Panels implements WebviewPanelSerializer {
  readonly #services: Services;
  readonly #open = new Set<ExplainPanel>();
  readonly #changed = new EventEmitter<ExplainPanel | undefined>();
  /** The panel the user looked at last. */
  #current: ExplainPanel | undefined;

  /** Fires with the current panel when another one is, or when what it shows has changed. */
  readonly onDidChange: Event<ExplainPanel | undefined> = this.#changed.event;

  constructor(services: Services) {
    this.#services = services;
  }

  get current(): ExplainPanel | undefined {
    return this.#current;
  }

  /** Explains a picture in its panel. @param model by which, where it is not the workspace's */
  explain(image: Uri, model: ModelChoice | null = null): ExplainPanel {
    const open = [...this.#open].find((panel) => panel.image.toString() === image.toString());
    if (open !== undefined) {
      open.show();
      if (model !== null) open.explainWith(model);
      return open;
    }
    const panel = window.createWebviewPanel(PANEL_TYPE, this.#titleOf(image), ViewColumn.Active, {
      enableScripts: true,
    });
    return this.#add(panel, image, {
      ...{ target: null, tensor: null, method: defaultMethod(), model, second: null },
      ask: true,
    });
  }

  deserializeWebviewPanel(panel: WebviewPanel, state: unknown): Promise<void> {
    const restored = restoredPanel(state);
    if (restored === null) {
      panel.dispose();
    } else {
      const { image, models, target, tensor, method } = restored;
      // Nobody asked for anything yet, so no question is put to the user.
      const [model = null, second = null] = models;
      this.#add(panel, Uri.file(image), { target, tensor, method, model, second, ask: false });
    }
    return Promise.resolve();
  }

  /** The engine died and repeats what was asked. */
  engineDied(): void {
    for (const panel of this.#open) panel.engineDied();
  }

  /** Another engine may succeed where the one before failed. */
  retryFailed(): void {
    for (const panel of this.#open) panel.retryFailed();
  }

  dispose(): void {
    for (const panel of this.#open) panel.dispose();
    this.#changed.dispose();
  }

  /** The picture's name comes first; with that of its folder where another panel shows one of the same name. */
  #titleOf({ fsPath }: Uri, of?: ExplainPanel): string {
    const name = basename(fsPath);
    const others = [...this.#open].filter((panel) => panel !== of);
    const isShared = others.some(({ image }) => basename(image.fsPath) === name);
    return l10n.t('{0} – Relevance', isShared ? `${name} (${basename(dirname(fsPath))})` : name);
  }

  #add(panel: WebviewPanel, image: Uri, options: PanelOptions): ExplainPanel {
    const added = new ExplainPanel(panel, image, this.#services, options);
    this.#open.add(added);
    let titled = image;
    const subscriptions = Disposable.from(
      added.onDidChange(() => {
        if (added.image !== titled) panel.title = this.#titleOf(added.image, added);
        titled = added.image;
        if (this.#current === added) this.#changed.fire(added);
      }),
      panel.onDidChangeViewState(() => {
        if (panel.active) this.#setCurrent(added);
      }),
    );
    panel.onDidDispose(() => {
      subscriptions.dispose();
      added.dispose();
      this.#open.delete(added);
      if (this.#current === added) this.#setCurrent([...this.#open].at(-1));
    });
    if (panel.active || this.#current === undefined) this.#setCurrent(added);
    return added;
  }

  #setCurrent(panel: ExplainPanel | undefined): void {
    this.#current = panel;
    void commands.executeCommand('setContext', CONTEXT_KEYS.panel, panel !== undefined);
    this.#changed.fire(panel);
  }
}
