import { commands, window } from 'vscode';

import type { Call } from '../../protocol/engineApi.js';
import { VIEWS } from '../editor/ids.js';
import { errorDetail, errorText } from '../editor/localize.js';
import type { ExplainPanel } from '../panel/explainPanel.js';
import type { Panels } from '../panel/panels.js';
import type { Services } from '../panel/services.js';
import { modelSettings } from '../editor/settings.js';
import { LayersView } from './layersView.js';
import { PredictionsView } from './predictionsView.js';

/** Both views, following the current panel. */
export class Sidebar {
  readonly layers = new LayersView();
  readonly #predictions = new PredictionsView();
  readonly #services: Services;
  /** Ends the progress shown for the panel. */
  #progressShown: (() => void) | null = null;
  #opening: AbortController | null = null;

  constructor(services: Services, panels: Panels) {
    this.#services = services;
    panels.onDidChange((panel) => {
      this.#follow(panel);
    });
  }

  /** Shows the layer tree of a model that need not explain any picture. */
  async openLayerTree(path: string): Promise<void> {
    this.#opening?.abort();
    const opening = new AbortController();
    this.#opening = opening;
    await commands.executeCommand(`${VIEWS.layers}.focus`);
    await window.withProgress({ location: { viewId: VIEWS.layers } }, async () => {
      try {
        const request = { model: path, settings: modelSettings(path) };
        // The view shows that something is under way, not how far it is.
        const call: Call = { signal: opening.signal, progress: () => undefined };
        const model = await this.#services.engine.open(request, call);
        if (!opening.signal.aborted) this.layers.show({ model, explanation: null });
      } catch (error) {
        if (opening.signal.aborted) return;
        this.#services.log.error(errorDetail(error));
        this.layers.show({ model: null, explanation: null }, errorText(error));
      }
    });
  }

  dispose(): void {
    this.#opening?.abort();
    this.#progressShown?.();
    this.layers.dispose();
    this.#predictions.dispose();
  }

  #follow(panel: ExplainPanel | undefined): void {
    this.#predictions.show(panel?.subject);
    this.#showProgress(panel?.working === true);
    if (panel === undefined) return;
    this.layers.show(panel.subject);
    this.layers.select(panel.tensor);
  }

  #showProgress(working: boolean): void {
    if (!working) {
      this.#progressShown?.();
      this.#progressShown = null;
    } else if (this.#progressShown === null) {
      const location = { viewId: VIEWS.layers };
      void window.withProgress(
        { location },
        () => new Promise<void>((resolve) => (this.#progressShown = resolve)),
      );
    }
  }
}
