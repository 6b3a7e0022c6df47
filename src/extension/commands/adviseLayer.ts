import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { l10n, ProgressLocation, Uri, window, type QuickPickItem } from 'vscode';

import { adviseLayers, type Judged, type LayerAdvice } from '../../evaluation/adviseLayers.js';
import { Evaluation } from '../../evaluation/disk/evaluation.js';
import type { EvaluationOrder } from '../../evaluation/disk/planning.js';
import { metricValueText } from '../../evaluation/export/numbers.js';
import { JOURNAL_ENDING } from '../../evaluation/journal.js';
import type { EvaluationReport } from '../../evaluation/report.js';
import { summarise } from '../../evaluation/summary.js';
import type { OpenRequest } from '../../protocol/engineApi.js';
import { METRIC_NAMES } from '../../protocol/metricTexts.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import type { ModelInfo } from '../../protocol/model.js';
import { isCancelled } from '../client/engineError.js';
import { pictureCount } from '../evaluation/askChoice.js';
import { choiceFor } from '../evaluation/choice.js';
import type { App } from './app.js';
import { orderOf } from './evaluate.js';

/** As many tell layers apart, and take a minute or two. */
const PICTURES = 50;
/** So many results are kept, whatever is asked. */
const KEPT = 32;

/** Compares the layers of the current panel's model on some pictures; the one that the user chooses is shown. */
export async function adviseLayer(app: App): Promise<void> {
  const { current } = app.panels;
  const { model = null, explanation = null } = current?.subject ?? {};
  if (!current?.opening || model === null || explanation === null) return;
  const { opening } = current;
  const folder = await askFolder(current.image.fsPath);
  if (folder === undefined) return;
  const { method } = explanation;
  const report = await evaluateQuickly(app, quickOrder(app, { model, opening, method, folder }), model);
  if (report === undefined) return;
  const items = adviseLayers(summarise(report), 0).map(itemOf);
  const placeHolder = l10n.t(
    'The layers by {0} on {1}, the best first',
    METHOD_FACTS[method].label,
    pictureCount(report.pictures.length),
  );
  const chosen = await window.showQuickPick(items, { placeHolder });
  if (chosen !== undefined) current.reveal(chosen.tensor);
}

function itemOf({ layer, best, worst }: LayerAdvice): QuickPickItem & { readonly tensor: string } {
  const forIt = best.length === 0 ? [] : [l10n.t('among the best: {0}', best.map(judgedText).join(', '))];
  const against =
    worst.length === 0 ? [] : [l10n.t('among the worst: {0}', worst.map(judgedText).join(', '))];
  const reasons = [...forIt, ...against];
  return {
    label: layer.label,
    description: `${layer.height}×${layer.width}`,
    detail: reasons.length === 0 ? l10n.t('not told apart from the others') : reasons.join(' · '),
    tensor: layer.tensor,
  };
}

function judgedText({ metric, estimate: { mean } }: Judged): string {
  return `${l10n.t(METRIC_NAMES[metric])} ${metricValueText(mean, metric)}`;
}

async function askFolder(picture: string): Promise<string | undefined> {
  const folder = dirname(picture);
  const items = [folder, dirname(folder)].map((path, up) => ({
    label: up === 0 ? l10n.t('Pictures Beside This One') : l10n.t('Pictures of the Folder Above'),
    description: path,
    path,
  }));
  const other = { label: l10n.t('Another Folder…'), description: '', path: null };
  const placeHolder = l10n.t(
    'On which pictures are the layers to be compared? At most {0} are drawn.',
    PICTURES,
  );
  const picked = await window.showQuickPick([...items, other], { placeHolder });
  if (picked === undefined) return undefined;
  if (picked.path !== null) return picked.path;
  const chosen = await window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true });
  return chosen?.[0]?.fsPath;
}

/** Of whose layers, on which pictures. */
interface Comparison {
  readonly model: ModelInfo;
  readonly opening: OpenRequest;
  readonly method: EvaluationOrder['methods'][number];
  readonly folder: string;
}

function quickOrder({ storage }: App, { model, opening, method, folder }: Comparison): EvaluationOrder {
  const choice = {
    ...choiceFor(model, undefined),
    methods: [method],
    metrics: ['average-drop', 'average-increase', 'iou'] as const,
    limit: PICTURES,
  };
  const key = JSON.stringify([opening, method, folder]);
  const name = createHash('sha256').update(key).digest().readUInt32BE() % KEPT;
  const report = Uri.joinPath(storage, 'layers', `${name}.relcam.json`).fsPath;
  return { ...orderOf(model, opening, [folder], choice, report), channels: false };
}

/** The report, where it is there already without doing it again. @returns undefined where the user cancelled */
async function evaluateQuickly(
  { evaluation: services }: App,
  order: EvaluationOrder,
  model: ModelInfo,
): Promise<EvaluationReport | undefined> {
  const evaluation = await Evaluation.plan(order, model, services);
  const known = await evaluation.finished();
  if (known !== null) return known;
  // What was cancelled may have been of other pictures.
  await rm(order.report + JOURNAL_ENDING, { force: true });
  const title = l10n.t('Comparing the Layers');
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => {
      controller.abort();
    });
    const call = { signal: controller.signal, lane: 'job', progress: () => undefined } as const;
    try {
      const pictures = evaluation.run(call, () => undefined);
      while (!(await pictures.next()).done) {
        const { done, total } = evaluation;
        progress.report({ increment: 100 / total, message: l10n.t('{0} of {1} pictures', done, total) });
      }
    } catch (error) {
      if (!isCancelled(error)) throw error;
    }
    return controller.signal.aborted ? undefined : evaluation.finish();
  });
}
