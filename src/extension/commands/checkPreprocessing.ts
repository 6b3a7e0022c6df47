import { env, l10n, window } from 'vscode';

import { classValueFormat } from '../../protocol/classValue.js';
import { isCut, type Preprocessing } from '../../protocol/model.js';
import { formatValue } from '../../protocol/numbers.js';
import { isSamePreprocessing } from '../model/preprocessing.js';
import type { App } from './app.js';
import { longTask } from './longTask.js';

/** Shows what each of the usual presets predicts for the picture, and saves the one chosen. */
export async function checkPreprocessing({ panels: { current }, engine }: App): Promise<void> {
  const {
    subject: { model },
    opening,
  } = current ?? { subject: { model: null }, opening: null };
  if (current === undefined || model === null || opening === null) return;
  const request = { ...opening, image: current.image.fsPath };
  const trials = await longTask(l10n.t('Trying the usual presets'), (call) =>
    engine.tryPresets(request, call),
  );
  if (trials === undefined) return;
  const expected = current.subject.expected?.index;
  const valueText = classValueFormat(env.language);
  const items = trials.map(({ name, preprocessing, index, label, ...value }) => ({
    label: `${isSamePreprocessing(preprocessing, model.preprocessing) ? '$(check) ' : ''}${l10n.t(name)}`,
    description: [
      `${label} ${valueText(value)}`,
      ...(index === expected ? [`$(pass) ${l10n.t('the expected class')}`] : []),
    ].join(' '),
    detail: summary(preprocessing),
    preprocessing,
  }));
  const placeHolder = l10n.t('Which prediction is right? The preset chosen is saved for this model.');
  const chosen = await window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  if (chosen !== undefined) await current.savePreprocessing(chosen.preprocessing);
}

function summary(preprocessing: Preprocessing): string {
  const { range, mean, std, channelOrder } = preprocessing;
  return [
    channelOrder,
    fitText(preprocessing),
    l10n.t('range {0} … {1}', ...range.map(formatValue)),
    l10n.t('mean {0}', channels(mean)),
    l10n.t('std {0}', channels(std)),
  ].join(' · ');
}

function fitText(preprocessing: Preprocessing): string {
  const { fit, resize, inputWidth, inputHeight } = preprocessing;
  const size = `${inputWidth}×${inputHeight}`;
  if (fit === 'crop') return l10n.t('{0} → {1} crop', resize, size);
  if (fit === 'cut') return l10n.t('centre cut out, then {0}', size);
  if (fit === 'letterbox') return l10n.t('letterboxed to {0}', size);
  return isCut(preprocessing)
    ? l10n.t('squashed to {0}, {1} crop', `${resize}×${resize}`, size)
    : l10n.t('squashed to {0}', size);
}

/** One number where all channels have the same. */
function channels(values: readonly number[]): string {
  return [...new Set(values)].length === 1 ? formatValue(values[0] ?? 0) : values.map(formatValue).join(' ');
}
