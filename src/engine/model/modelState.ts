import { fail } from '../failure.js';
import { stateOf } from '../files.js';
import type { Graph } from '../onnx/graph.js';
import { dataFilesOf, readModel } from '../onnx/read.js';

/** A model's files as they were at one time. */
export interface ModelState {
  /** The .onnx file. */
  readonly file: string;
  /** Every file of the model: its own, and those in which it keeps weights. */
  readonly files: readonly string[];
  /** What tells this state of the model from any other. */
  readonly identity: string;
  /** Size of all files together. */
  readonly bytes: number;
}

/**
 * The state in which a model's files are now. The model's own file is read for it, to learn of the others.
 * @throws cannotRead, notOnnx, truncatedModel, damagedModel, externalDataOutside, externalDataMissing
 */
export function readState(file: string): ModelState {
  return stateNow(file, [file, ...dataFilesOf(file)]);
}

/** Whether a model's files are still in this state; reads none of them. */
export function isCurrent({ file, files, identity }: ModelState): boolean {
  return stateNow(file, files).identity === identity;
}

/**
 * Reads a model that is known in this state.
 * @throws changedModel where its files are no longer in it; every failure of reading a model
 */
export function readInState(state: ModelState): Graph {
  try {
    const graph = readModel(state.file);
    if (isCurrent(state)) return graph;
  } catch (error) {
    if (isCurrent(state)) throw error;
  }
  throw fail('changedModel', { file: state.file });
}

function stateNow(file: string, files: readonly string[]): ModelState {
  const states = files.map((each) => ({ each, ...stateOf(each) }));
  const bytes = states.reduce((sum, { size }) => sum + size, 0);
  return { file, files, identity: JSON.stringify(states), bytes };
}
