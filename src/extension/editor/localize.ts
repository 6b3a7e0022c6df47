import { l10n, workspace } from 'vscode';

import { EvaluationError } from '../../evaluation/failure.js';
import { ERROR_TEXTS } from '../../protocol/errors.js';
import type { EngineFailure } from '../../protocol/errors.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import { PANEL_STRINGS } from '../../protocol/panelStrings.js';
import { EngineDied, EngineError } from '../client/engineError.js';

/** One sentence for the user, in the display language. */
export function errorText(error: unknown): string {
  if (error instanceof EngineError || error instanceof EvaluationError) return failureText(error.failure);
  if (error instanceof EngineDied) {
    return l10n.t('The background process ended twice while it worked on this. Retry, or see the log.');
  }
  const message = error instanceof Error ? error.message : String(error);
  return l10n.t('Something unexpected went wrong: {0}. The log has the details.', message);
}

/** What of a failure's parameters are paths. */
const PATHS = ['file', 'model', 'reference'];

/** A failure in one sentence, in the display language. */
export function failureText({ code, parameters }: EngineFailure): string {
  const told: Record<string, string | number> = {
    referenceOption: l10n.t('Choose Reference…'),
    ...parameters,
  };
  for (const name of PATHS) {
    const path = told[name];
    if (typeof path === 'string') told[name] = workspace.asRelativePath(path);
  }
  return l10n.t(ERROR_TEXTS[code], told);
}

/** For the log. */
export function errorDetail(error: unknown): string {
  if (error instanceof EngineError || error instanceof EvaluationError) {
    const { code, parameters, detail } = error.failure;
    return `${code} ${JSON.stringify(parameters)} ${detail}`.trimEnd();
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The page's texts in the display language. */
export function panelStrings(): PanelStrings {
  const strings: Record<keyof PanelStrings, string> = { ...PANEL_STRINGS };
  for (const key of keysOf(PANEL_STRINGS)) strings[key] = l10n.t(PANEL_STRINGS[key]);
  return strings;
}

function keysOf<T extends object>(value: T): (keyof T)[] {
  const keys: (keyof T)[] = [];
  for (const key in value) keys.push(key);
  return keys;
}
