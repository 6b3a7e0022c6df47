import { stat } from 'node:fs/promises';

import { layersWithChannels } from '../../evaluation/channels/rankedChannels.js';
import { modelDigest } from '../../evaluation/disk/modelDigest.js';
import { EvaluationError } from '../../evaluation/failure.js';
import type { EvaluationReport } from '../../evaluation/report.js';
import type { ModelInfo } from '../../protocol/model.js';
import { cancelled } from '../client/engineError.js';

/** What is to be told: of the channels of a layer of this very model which pictures excite them. */
export interface AskedOfReports {
  readonly model: Pick<ModelInfo, 'files' | 'weights'>;
  readonly tensor: string;
}

/**
 * The path of the report written last of those that tell it; null where none does.
 * @param read a report; one of which it says that it is none is passed over
 * @throws cancelled; EvaluationError where the model cannot be read; what `read` throws else
 */
export async function reportThatTells(
  paths: readonly string[],
  read: (path: string) => Promise<EvaluationReport>,
  { model, tensor }: AskedOfReports,
  signal: AbortSignal,
): Promise<string | null> {
  // Asked for by the first report that has the layer: it takes reading the model's files.
  let digest: Promise<string> | undefined;
  for (const path of await latestFirst(paths)) {
    if (signal.aborted) throw cancelled();
    const report = await read(path).catch(nullIfNone);
    if (report === null) continue;
    const { model: evaluated, plan, channels } = report;
    const known = channels === undefined ? [] : layersWithChannels(plan.layers, channels);
    if (!known.some((layer) => layer.tensor === tensor)) continue;
    digest ??= modelDigest(model);
    if (evaluated.sha256 === (await digest)) return path;
  }
  return null;
}

/** One that cannot be read says so where it is opened. */
function nullIfNone(error: unknown): null {
  if (error instanceof EvaluationError) return null;
  throw error;
}

async function latestFirst(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(async (path) => ({ path, written: (await stat(path)).mtimeMs })));
  return found.sort((a, b) => b.written - a.written).map(({ path }) => path);
}
