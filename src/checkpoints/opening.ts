import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { ModelSettings } from '../protocol/modelSettings.js';
import type { OpenableCheckpoint } from './explaining.js';
import { referenceOf, stemOf } from './fileKinds.js';
import type { WatchedCheckpoint, WatchedRun } from './watch.js';

/** One of so many checkpoints of a run may turn out to be the one that its graph was exported from. */
const CANDIDATES = 8;

export interface Opening {
  /** The folder that the paths are relative to. */
  readonly folder: string;
  readonly run: Pick<WatchedRun, 'kind' | 'graphs' | 'checkpoints'>;
  /** Of weights: the graph to put them into; null where it is to be found among the run's files. */
  readonly graph: string | null;
  /** Of weights: the checkpoint that the graph was exported from; null where nobody says: then the one kept beside it. */
  readonly reference: string | null;
  readonly settingsOf: (model: string) => ModelSettings;
}

/** How a checkpoint is opened; null where it was never a whole, or lacks a graph. */
export function openingOf(
  { path, identity }: WatchedCheckpoint,
  { folder, run, graph, reference, settingsOf }: Opening,
): OpenableCheckpoint | null {
  const file = join(folder, path);
  if (identity === null) return null;
  if (run.kind === 'graph')
    return { opening: { model: file, settings: settingsOf(file), isCheckpoint: true }, identity };
  const model = graph ?? graphOf(folder, run.graphs);
  if (model === null) return null;
  const others = run.checkpoints.filter((one) => one.path !== path && one.state === 'whole');
  const source = reference ?? keptReference(model);
  const candidates = others.slice(0, CANDIDATES).map((one) => join(folder, one.path));
  return {
    opening: {
      ...{ model, settings: settingsOf(model), isCheckpoint: true },
      weights: { file, reference: source, candidates },
    },
    identity: JSON.stringify([identity, stateOf(model), source]),
  };
}

/** Of several graphs the one that is called so. */
function graphOf(folder: string, graphs: readonly string[]): string | null {
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
