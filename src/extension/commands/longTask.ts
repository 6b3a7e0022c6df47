import { l10n, ProgressLocation, window } from 'vscode';

import type { Call, Stage } from '../../protocol/engineApi.js';
import { PANEL_STRINGS } from '../../protocol/panelStrings.js';
import { isCancelled } from '../client/engineError.js';

const STAGE_TEXTS: Readonly<Record<Stage, string>> = {
  wait: PANEL_STRINGS.stageWait,
  read: PANEL_STRINGS.stageRead,
  simplify: PANEL_STRINGS.stageSimplify,
  compile: PANEL_STRINGS.stageCompile,
  decode: PANEL_STRINGS.stageDecode,
  run: PANEL_STRINGS.stageRun,
  score: PANEL_STRINGS.stageScore,
};

/**
 * Does something that asks the engine, with progress and a button to cancel.
 * @returns undefined where the user cancelled
 */
export async function longTask<T>(title: string, task: (call: Call) => Promise<T>): Promise<T | undefined> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => {
      controller.abort();
    });
    try {
      return await task({
        signal: controller.signal,
        progress: (stage) => {
          progress.report({ message: l10n.t(STAGE_TEXTS[stage]) });
        },
      });
    } catch (error) {
      if (isCancelled(error)) return undefined;
      throw error;
    }
  });
}
