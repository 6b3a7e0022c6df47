import { commands, l10n, StatusBarAlignment, window } from 'vscode';

import { COMMANDS, CONTEXT_KEYS } from '../editor/ids.js';
import type { Evaluations } from './evaluations.js';
import type { RunningEvaluation } from './runningEvaluation.js';

/** The status bar's entry while something is evaluated; a click says more. */
export class EvaluationStatus {
  readonly #item = window.createStatusBarItem('relevanceCam.evaluation', StatusBarAlignment.Right, 89);

  constructor(evaluations: Evaluations) {
    this.#item.name = l10n.t('Relevance-CAM Evaluation');
    this.#item.command = COMMANDS.showEvaluations;
    evaluations.onDidChange(() => {
      this.#show(evaluations.running);
    });
    this.#show(evaluations.running);
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(running: readonly RunningEvaluation[]): void {
    const [first] = running;
    void commands.executeCommand('setContext', CONTEXT_KEYS.evaluating, first !== undefined);
    if (first === undefined) {
      this.#item.hide();
      return;
    }
    const shown = running.find(({ isPaused }) => !isPaused) ?? first;
    this.#item.text = `${shown.isPaused ? '$(debug-pause)' : '$(sync~spin)'} ${progressText(shown)}`;
    this.#item.tooltip = `${shown.name}\n${l10n.t('Click to open it, pause or stop.')}`;
    this.#item.accessibilityInformation = { label: `${shown.name}, ${progressText(shown)}` };
    this.#item.show();
  }
}

/** How far it is and how long it still takes. */
export function progressText(evaluation: RunningEvaluation): string {
  const { done, total, secondsLeft, isPaused } = evaluation;
  if (total === null)
    return isPaused ? l10n.t('{0}, paused', evaluation.name) : l10n.t('looking for pictures');
  const pictures = l10n.t('{0} of {1} pictures', done, total);
  if (isPaused) return l10n.t('{0}, paused', pictures);
  return secondsLeft === null ? pictures : l10n.t('{0}, {1} left', pictures, durationText(secondsLeft));
}

function durationText(seconds: number): string {
  if (seconds < 90) return l10n.t('{0} s', Math.max(1, Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? l10n.t('{0} min', minutes) : l10n.t('{0} h', Math.round(minutes / 60));
}
