import * as v from 'valibot';
import { l10n, ViewColumn, window } from 'vscode';
import type { WebviewPanel, WebviewPanelSerializer } from 'vscode';

import { METHODS } from '../../protocol/methods.js';
import type { TimelineState } from '../../protocol/timeline.js';
import { TIMELINE_TYPE } from '../editor/ids.js';
import { defaultMethod } from '../editor/settings.js';
import type { LiveRun } from './runs.js';
import type { TimelineServices } from './services.js';
import { TimelinePanel } from './timelinePanel.js';
import type { TimelineStart } from './timelinePanel.js';

/** The part of the page's state that the host needs to restore a panel. */
const RESTORED = v.object({
  version: v.literal(2 satisfies TimelineState['version']),
  runs: v.array(v.string()),
  pictures: v.array(v.string()),
  method: v.picklist(METHODS),
  targets: v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))),
});

/** All open timelines. */
export class Timelines implements WebviewPanelSerializer {
  readonly #services: TimelineServices;
  readonly #open = new Set<TimelinePanel>();

  constructor(services: TimelineServices) {
    this.#services = services;
  }

  /** Brings the panel that shows a run to the front. @returns false where none does */
  reveal(run: string): boolean {
    const panel = [...this.#open].find(({ runs }) => runs.includes(run));
    panel?.reveal();
    return panel !== undefined;
  }

  /** Shows runs in the panel that shows the first of them, or in a new one. */
  show(runs: readonly LiveRun[], pictures: readonly string[]): void {
    const ids = runs.map(({ id }) => id);
    const open = [...this.#open].find((panel) => panel.runs.some((id) => ids.includes(id)));
    if (open === undefined) {
      const panel = window.createWebviewPanel(TIMELINE_TYPE, l10n.t('Checkpoints'), ViewColumn.Active, {
        enableScripts: true,
      });
      this.#add(panel, { runs: ids, pictures, method: defaultMethod(), targets: {} });
    } else {
      open.add(runs, pictures);
      open.reveal();
    }
  }

  async deserializeWebviewPanel(panel: WebviewPanel, state: unknown): Promise<void> {
    const { success, output } = v.safeParse(RESTORED, state);
    if (!success) {
      panel.dispose();
      return;
    }
    this.#add(panel, output);
    await this.#services.runs.restore(output.runs);
  }

  engineDied(): void {
    for (const panel of this.#open) panel.engineDied();
  }

  dispose(): void {
    for (const panel of this.#open) panel.dispose();
  }

  #add(panel: WebviewPanel, start: TimelineStart): void {
    const added = new TimelinePanel(panel, this.#services, start);
    this.#open.add(added);
    panel.onDidDispose(() => {
      added.dispose();
      this.#open.delete(added);
    });
  }
}
