import { createHash } from 'node:crypto';
import { dirname, relative, resolve } from 'node:path';
import * as v from 'valibot';

import type { OpenRequest } from '../../protocol/engineApi.js';
import type { ModelInfo } from '../../protocol/model.js';
import { EVALUATION_HEAD } from '../readReport.js';
import type { EvaluationHead, ReportPlan } from '../report.js';
import { draw, partOf } from '../sample.js';
import { modelDigest } from './modelDigest.js';
import { findPictures, slashed } from './pictures.js';
import { relativeTo } from './reportFile.js';

/** What somebody wants to be evaluated. Paths are absolute, or relative to the working directory. */
export interface EvaluationOrder extends Pick<
  ReportPlan,
  'methods' | 'layers' | 'metrics' | 'limit' | 'seed' | 'onlyCorrect' | 'channels' | 'shard'
> {
  readonly open: OpenRequest;
  /** Folders, files and globs of pictures; at least one. */
  readonly images: readonly string[];
  /** Files and folders that say what the pictures show, besides what lies beside them. */
  readonly sources: readonly string[];
  /** The file to write. */
  readonly report: string;
}

export interface PlannedEvaluation {
  readonly head: EvaluationHead;
  /** In the order in which they are evaluated, as the report calls them. */
  readonly files: readonly string[];
}

/**
 * Which pictures are evaluated, and what tells the evaluation from others.
 * @param program its version
 * @throws noPictures, cannotRead
 */
export async function planned(
  order: EvaluationOrder,
  info: ModelInfo,
  program: string,
): Promise<PlannedEvaluation> {
  const { methods, layers, metrics, limit, seed, onlyCorrect, channels, shard, report } = order;
  const { root, files } = await findPictures(order.images);
  const drawn = draw(files, limit, seed);
  const head = v.parse(EVALUATION_HEAD, {
    program,
    model: {
      file: relativeTo(report, info.path),
      sha256: await modelDigest(info),
      labels: info.labels,
      preprocessing: info.preprocessing,
    },
    plan: {
      root: relativeTo(report, root),
      found: files.length,
      drawn: createHash('sha256').update(JSON.stringify(drawn)).digest('hex'),
      sources: order.sources.map((source) => relativeTo(report, resolve(source))),
      methods,
      layers,
      metrics,
      limit,
      seed,
      onlyCorrect,
      channels,
      shard,
    },
  });
  return { head, files: partOf(drawn, shard) };
}

/** The absolute path of a picture. */
export function pictureAt(head: Pick<EvaluationHead, 'plan'>, report: string, file: string): string {
  return resolve(rootAt(head, report), file);
}

/** What the report calls a file by its absolute path, as it calls pictures. */
export function fileFromRoot(head: Pick<EvaluationHead, 'plan'>, report: string, path: string): string {
  return slashed(relative(rootAt(head, report), path));
}

function rootAt({ plan }: Pick<EvaluationHead, 'plan'>, report: string): string {
  return resolve(dirname(report), plan.root);
}
