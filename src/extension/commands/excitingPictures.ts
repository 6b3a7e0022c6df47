import { stat } from 'node:fs/promises';
import { l10n, window } from 'vscode';

import { layersWithChannels } from '../../evaluation/channels/rankedChannels.js';
import { modelDigest } from '../../evaluation/disk/modelDigest.js';
import { EvaluationError } from '../../evaluation/failure.js';
import type { ChannelToShow } from '../../evaluation/reportPage.js';
import { nodeOfTensor } from '../../protocol/layerNodes.js';
import type { ModelInfo } from '../../protocol/model.js';
import { findReports } from '../report/chooseReport.js';
import { readReport } from '../report/reading.js';
import { cancelled } from '../client/engineError.js';
import type { App } from './app.js';
import { evaluate } from './evaluate.js';
import { longTask } from './longTask.js';

/**
 * Shows which pictures excite a channel of the current panel's model, in the latest report that tells; where none does, it
 * offers to evaluate some.
 */
export async function excitingPictures(app: App, asked?: ChannelToShow): Promise<void> {
  const { model = null } = app.panels.current?.subject ?? {};
  if (asked === undefined || model === null) return;
  const { tensor, channel } = asked;
  const found = await longTask(l10n.t('Looking for a Report'), ({ signal }) =>
    reportThatTells(model, tensor, signal),
  );
  if (found === undefined) return;
  if (found !== null) return app.reports.showChannel(found, { tensor, channel });
  const choice = l10n.t('Evaluate…');
  const text = l10n.t(
    'No report in this workspace tells which pictures excite the channels of {0} in this model. An evaluation that has Relevance-CAM among its methods does.',
    nodeOfTensor(model.tree, tensor)?.path ?? tensor,
  );
  if ((await window.showInformationMessage(text, choice)) === choice) await evaluate(app);
}

/** The path of the latest report of this very model that knows the channels of a layer; null where there is none. */
async function reportThatTells(
  model: ModelInfo,
  tensor: string,
  signal: AbortSignal,
): Promise<string | null> {
  // Asked for by the first report that has the layer: it takes reading the model's files.
  let digest: Promise<string> | undefined;
  for (const path of await latestFirst()) {
    if (signal.aborted) throw cancelled();
    try {
      const { model: evaluated, plan, channels } = await readReport(path);
      const known = channels === undefined ? [] : layersWithChannels(plan.layers, channels);
      if (!known.some((layer) => layer.tensor === tensor)) continue;
      digest ??= modelDigest(model);
      if (evaluated.sha256 === (await digest)) return path;
    } catch (error) {
      // One that cannot be read says so where it is opened.
      if (!(error instanceof EvaluationError)) throw error;
    }
  }
  return null;
}

async function latestFirst(): Promise<readonly string[]> {
  const found = await findReports();
  const files = await Promise.all(
    found.map(async ({ fsPath }) => ({ path: fsPath, written: (await stat(fsPath)).mtimeMs })),
  );
  return files.sort((a, b) => b.written - a.written).map(({ path }) => path);
}
