import type { WeightsChoice } from '../../protocol/engineApi.js';
import type { WeightsInfo } from '../../protocol/model.js';
import { EngineError, fail } from '../failure.js';
import { stateOf } from '../files.js';
import { type Graph, labelOf } from '../onnx/graph.js';
import { stateFor, withWeights } from '../weights/apply.js';
import { recipeByNames } from '../weights/byName.js';
import type { Checkpoint } from '../weights/checkpoint.js';
import { constantsOf, holderOfWeights } from '../weights/constants.js';
import { filesOfCheckpoint, readCheckpoint } from '../weights/readCheckpoint.js';
import type { Recipe } from '../weights/recipe.js';
import { findRecipe } from '../weights/reference/findRecipe.js';

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

/** Pairs of a graph and a checkpoint of which it is remembered whether one was exported from the other. */
const KEPT = 1000;

/** Puts the weights of checkpoints into graphs; what a graph is made of is found once for all checkpoints of a run. */
export class WeightExchange {
  /** By states of a graph and of a reference; the failure where the graph is not made of it. */
  readonly #recipes = new Map<string, Recipe | EngineError>();

  /**
   * A graph with the weights of a checkpoint in place of its own.
   * @throws weightsInSubgraph, strayWeights, strayConstant, sharedConstant, foreignReference, ambiguousReference,
   * droppedWeights, missingWeights, misshapenWeights; what `readCheckpoint` throws
   */
  async into(given: GivenGraph, weights: WeightsChoice): Promise<Exchanged> {
    const holder = holderOfWeights(given.graph);
    if (holder !== null)
      throw fail('weightsInSubgraph', {
        node: labelOf(holder),
        op: holder.op,
        model: given.file,
        file: weights.file,
      });
    const checkpoint = await readCheckpoint(weights.file);
    const recipe = await this.#recipeFor(given, checkpoint, weights);
    if (recipe instanceof EngineError) throw recipe;
    const taken = stateFor(recipe, checkpoint);
    const others = checkpoint.states.filter((state) => state !== taken);
    return {
      graph: withWeights(given.graph, recipe, checkpoint, given.file),
      weights: {
        file: weights.file,
        entry: taken.entry,
        otherEntries: others.flatMap(({ entry }) => entry ?? []),
      },
    };
  }

  async #recipeFor(
    given: GivenGraph,
    checkpoint: Checkpoint,
    { reference, candidates = [] }: WeightsChoice,
  ): Promise<Recipe | EngineError> {
    if (reference !== null) return this.#recipeFrom(given, reference);
    const byNames = recipeByNames(constantsOf(given.graph), checkpoint, given.file);
    if (!(byNames instanceof EngineError)) return byNames;
    // The checkpoint may itself be the one that the graph was exported from.
    const others = new Set([checkpoint.file, ...candidates]);
    for (const file of await this.#knownFirst(given, [...others])) {
      const recipe = await this.#recipeFrom(given, file).catch(unlessUnreadable);
      if (!(recipe instanceof EngineError)) return recipe;
      // The right checkpoint, which does not tell its tensors apart: its reason says more than that of names.
      if (recipe.failure.code === 'ambiguousReference') return recipe;
    }
    return byNames;
  }

  async #recipeFrom(given: GivenGraph, reference: string): Promise<Recipe | EngineError> {
    const key = await keyOf(given, reference);
    const recipe =
      this.#recipes.get(key) ?? findRecipe(given.graph, await readCheckpoint(reference), given.file);
    this.#recipes.delete(key);
    this.#recipes.set(key, recipe);
    for (const oldest of this.#recipes.keys()) {
      if (this.#recipes.size <= KEPT) break;
      this.#recipes.delete(oldest);
    }
    return recipe;
  }

  /** The checkpoints that a recipe was found in come before the others. */
  async #knownFirst(given: GivenGraph, files: readonly string[]): Promise<readonly string[]> {
    const found = await Promise.all(
      files.map(async (file) => {
        const key = await keyOf(given, file).catch(unlessUnreadable);
        const recipe = typeof key === 'string' ? this.#recipes.get(key) : undefined;
        return recipe !== undefined && !(recipe instanceof EngineError);
      }),
    );
    return files.filter((_, index) => found[index]).concat(files.filter((_, index) => found[index] !== true));
  }
}

/** A candidate that cannot be read is none. */
function unlessUnreadable(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  throw error;
}

async function keyOf({ identity }: GivenGraph, reference: string): Promise<string> {
  const files = await filesOfCheckpoint(reference);
  return JSON.stringify([identity, files.map((file) => ({ file, ...stateOf(file) }))]);
}
