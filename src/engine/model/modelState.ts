import type { WeightsChoice } from '../../protocol/engineApi.js';
import { fail } from '../failure.js';
import { stateOf } from '../files.js';
import type { Graph } from '../onnx/graph.js';
import { dataFilesOf, readModel } from '../onnx/read.js';
import type { Exchanged, WeightExchange } from './weightExchange.js';
import { filesOfCheckpoint } from '../weights/readCheckpoint.js';

/** A model's file, and the checkpoint whose weights stand in place of its own, where one does. */
export interface Subject {
  readonly file: string;
  readonly weights: WeightsChoice | null;
}

/** A model's files as they were at one time. */
export interface ModelState extends Subject {
  /** Every file of the model: its own, those in which it keeps weights, those of the checkpoint and of its reference. */
  readonly files: readonly string[];
  /** Those of the model without the checkpoint. */
  readonly own: readonly string[];
  /** What tells this state of the model from any other. */
  readonly identity: string;
  /** What tells the state of the model without the checkpoint from any other. */
  readonly graphIdentity: string;
  /** Size of all files together but for the checkpoint's, whose weights take the place of others. */
  readonly bytes: number;
}

/**
 * The state in which a model's files are now. The model's own file is read for it, to learn of the others.
 * @param former a state in which it, or another model, was: what is as it was then is not read
 * @throws cannotRead, notOnnx, truncatedModel, damagedModel, notWeights, externalDataOutside, externalDataMissing
 */
export async function readState(
  { file, weights }: Subject,
  former: ModelState | null = null,
): Promise<ModelState> {
  const isKnown = former?.file === file && former.graphIdentity === identityOf(former.own);
  const own = isKnown ? former.own : [file, ...dataFilesOf(file)];
  const checkpoints = [weights?.file, weights?.reference].filter((each) => typeof each === 'string');
  const theirs = await Promise.all(checkpoints.map(filesOfCheckpoint));
  const files = [...own, ...new Set(theirs.flat())];
  const bytes = own.reduce((sum, each) => sum + stateOf(each).size, 0);
  const identities = { identity: identityOf(files), graphIdentity: identityOf(own) };
  return { file, weights, files, own, bytes, ...identities };
}

/** Whether a model's files are still in this state; reads none of them. */
export function isCurrent({ files, identity }: ModelState): boolean {
  return identityOf(files) === identity;
}

/**
 * Reads a model that is known in this state.
 * @throws changedModel where its files are no longer in it; every failure of reading a model and a checkpoint
 */
export async function readInState(state: ModelState, exchange: WeightExchange): Promise<Exchanged> {
  const { file, weights, graphIdentity } = state;
  try {
    const read = (): Graph => readModel(file);
    const own = { file, read, identity: graphIdentity };
    const exchanged = weights === null ? { graph: read(), weights } : await exchange.into(own, weights);
    if (isCurrent(state)) return exchanged;
  } catch (error) {
    if (isCurrent(state)) throw error;
  }
  throw fail('changedModel', { file });
}

function identityOf(files: readonly string[]): string {
  return JSON.stringify(files.map((each) => ({ each, ...stateOf(each) })));
}
