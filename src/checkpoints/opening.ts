import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { ModelChoice } from '../protocol/engineApi.js';
import type { ModelSettings } from '../protocol/modelSettings.js';
import type { OpenableCheckpoint } from './explaining.js';
import { referenceOf, stemOf } from './fileKinds.js';
import type { WatchedCheckpoint, WatchedRun } from './watch.js';

/** One of so many checkpoints of a run may turn out to be the one that its graph was exported from. */
const CANDIDATES = 8;

/** What weights are put into. Absolute paths. */
export interface GraphChoice {
  /** null where it is to be found among the run's files. */
  readonly graph: string | null;
  /** The checkpoint that the graph was exported from; null where nobody says: then the one kept beside it. */
  readonly reference: string | null;
}

export interface RunToOpen extends GraphChoice {
  /** The folder that the paths are relative to. */
  readonly folder: string;
  readonly run: Pick<WatchedRun, 'kind' | 'graphs' | 'checkpoints'>;
}

export interface Opening extends RunToOpen {
  readonly settingsOf: (model: string) => ModelSettings;
}

/** How a checkpoint is opened; null where it was never a whole, or lacks a graph. */
export function openingOf(
  { path, identity }: WatchedCheckpoint,
  { settingsOf, ...opened }: Opening,
): OpenableCheckpoint | null {
  const { folder, run } = opened;
  const file = join(folder, path);
  if (identity === null) return null;
  if (run.kind === 'graph')
    return { opening: { model: file, settings: settingsOf(file), isCheckpoint: true }, identity };
  const { graph: model, reference } = graphOf(opened);
  if (model === null) return null;
  const others = run.checkpoints.filter((one) => one.path !== path && one.state === 'whole');
  const candidates = others.slice(0, CANDIDATES).map((one) => join(folder, one.path));
  return {
    opening: {
      ...{ model, settings: settingsOf(model), isCheckpoint: true },
      weights: { file, reference, candidates },
    },
    identity: JSON.stringify([identity, stateOf(model), reference]),
  };
}

/** The model of a checkpoint by itself, not as one of many that share what is made ready. */
export function modelOf({ opening: { model, weights } }: OpenableCheckpoint): ModelChoice {
  return { model, ...(weights !== undefined && { weights }) };
}

/** What a run's weights are put into: what was chosen, else what is found by the names of files. */
export function graphOf({ folder, run, graph, reference }: RunToOpen): GraphChoice {
  const model = graph ?? foundGraph(folder, run.graphs);
  return { graph: model, reference: reference ?? (model === null ? null : keptReference(model)) };
}

/** Of several graphs the one that is called so. */
function foundGraph(folder: string, graphs: readonly string[]): string | null {
  const named = graphs.find((path) => /^(graph|model)$/i.test(stemOf(basename(path))));
  const [found = null] = named === undefined ? graphs : [named];
  return found === null ? null : join(folder, found);
}

/** The weights that a graph was exported with, where they were kept beside it. */
export function keptReference(model: string): string | null {
  const file = referenceOf(model);
  return existsSync(file) ? file : null;
}

function stateOf(file: string): readonly [size: number, mtimeMs: number] | null {
  const state = statSync(file, { throwIfNoEntry: false });
  return state === undefined ? null : [state.size, state.mtimeMs];
}
