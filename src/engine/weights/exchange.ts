import type { WeightsChoice } from '../../protocol/engineApi.js';
import type { WeightsInfo } from '../../protocol/model.js';
import { EngineError } from '../failure.js';
import type { Graph } from '../onnx/graph.js';
import { withWeights } from './apply.js';
import { recipeByNames } from './byName.js';
import { constantsOf } from './constants.js';
import { readCheckpoint } from './readCheckpoint.js';

/** A graph as its file has it. */
export interface GivenGraph {
  readonly file: string;
  readonly graph: Graph;
  /** What tells this state of its files from any other. */
  readonly identity: string;
}

export interface Exchanged {
  readonly graph: Graph;
  /** Whose weights the graph now has; null for its own. */
  readonly weights: WeightsInfo | null;
}

/** Puts the weights of checkpoints into graphs. */
export class WeightExchange {
  /**
   * A graph with the weights of a checkpoint in place of its own.
   * @throws strayWeights, strayConstant, sharedConstant, foreignReference, ambiguousReference, missingWeights,
   * misshapenWeights; what `readCheckpoint` throws
   */
  async into({ file, graph }: GivenGraph, weights: WeightsChoice): Promise<Exchanged> {
    const checkpoint = await readCheckpoint(weights.file);
    const recipe = recipeByNames(constantsOf(graph), checkpoint, file);
    if (recipe instanceof EngineError) throw recipe;
    const [taken, ...others] = checkpoint.states;
    return {
      graph: withWeights(graph, recipe, checkpoint, file),
      weights: {
        file: weights.file,
        entry: taken?.entry ?? null,
        otherEntries: others.flatMap(({ entry }) => entry ?? []),
      },
    };
  }
}
