import { l10n, window, type LogOutputChannel } from 'vscode';

import type { Truth } from '../../protocol/truth.js';
import { failureText } from '../editor/localize.js';

/** Tells what could not be used of what says what the pictures of an evaluation show: the first of it at once, all in the log. */
export function tellTruth(name: string, { failures, absent }: Truth, log: LogOutputChannel): void {
  const texts = [
    ...failures.map(failureText),
    ...absent.map(({ file, count, first }) =>
      l10n.t('{0} speaks of pictures that are not among these ({1}), for example {2}.', file, count, first),
    ),
  ];
  const [first, ...others] = texts;
  if (first === undefined) return;
  for (const text of texts) log.warn(text);
  const more = others.length === 0 ? '' : ` ${l10n.t('The log has {0} more.', others.length)}`;
  void window.showWarningMessage(`${name}: ${first}${more}`);
}
