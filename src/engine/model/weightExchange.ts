import type { WeightsChoice } from '../../protocol/engineApi.js';
import type { ErrorCode } from '../../protocol/errors.js';
import type { WeightsInfo } from '../../protocol/model.js';
import { EngineError, fail } from '../failure.js';
import { stateOf } from '../files.js';
import { type Graph, labelOf } from '../onnx/graph.js';
import { stateFor, withWeights } from '../weights/apply.js';
import { recipeByNames } from '../weights/byName.js';
import type { Checkpoint } from '../weights/checkpoint.js';
import { constantsOf, holderOfWeights } from '../weights/constants.js';
import { filesOfCheckpoint, readCheckpoint } from '../weights/readCheckpoint.js';
import { type Frame, frameOf, serves } from '../weights/frame.js';
import type { Recipe } from '../weights/recipe.js';
import { findRecipe } from '../weights/reference/findRecipe.js';

/** A graph as its file has it. */
export interface GivenGraph {
  readonly file: string;
  /** Reads it. @throws every failure of reading a model */
  readonly read: () => Graph;
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

/** What is found of the right checkpoint alone. */
const SAYS_MORE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ambiguousReference', 'partlyComputedWeights']);

/** A graph that weights are to be put into. */
interface Target extends GivenGraph {
  /** With names and shapes of all constants; values may be missing. */
  readonly named: Graph;
}

/** What a graph's constants are made of, and the checkpoint that told it; null where names did. */
interface Found {
  readonly recipe: Recipe | EngineError;
  readonly reference: string | null;
}

/** Puts the weights of checkpoints into graphs; what a graph is made of is found once for all checkpoints of a run. */
export class WeightExchange {
  /** By states of a graph and of a reference; the failure where the graph is not made of it. */
  readonly #recipes = new Map<string, Recipe | EngineError>();
  /** Of the graph that weights were put into last. */
  #frame: (Frame & Pick<GivenGraph, 'identity'>) | null = null;

  /**
   * A graph with the weights of a checkpoint in place of its own; it is read for the first of several in a row.
   * @throws weightsInSubgraph, strayWeights, strayConstant, sharedConstant, foreignReference, ambiguousReference,
   * partlyComputedWeights, droppedWeights, missingWeights, misshapenWeights, leftOutWeights; what `readCheckpoint` throws
   */
  async into(given: GivenGraph, weights: WeightsChoice): Promise<Exchanged> {
    const frame = this.#frame?.identity === given.identity ? this.#frame : null;
    const read = once(given.read);
    const named = frame?.graph ?? read();
    const holder = holderOfWeights(named);
    if (holder !== null)
      throw fail('weightsInSubgraph', {
        node: labelOf(holder),
        op: holder.op,
        model: given.file,
        file: weights.file,
      });
    const checkpoint = await readCheckpoint(weights.file);
    const { recipe, reference } = await this.#recipeFor({ ...given, read, named }, checkpoint, weights);
    if (recipe instanceof EngineError) throw recipe;
    const isServed = frame !== null && serves(frame, recipe);
    const graph = withWeights(isServed ? frame.graph : read(), recipe, checkpoint, given.file);
    if (!isServed) this.#frame = { ...frameOf(read(), recipe), identity: given.identity };
    const taken = stateFor(recipe, checkpoint);
    const others = checkpoint.states.filter(
      (state) => ![taken, taken.within].includes(state) && [null, taken.within].includes(state.within),
    );
    return {
      graph,
      weights: {
        file: weights.file,
        entry: taken.entry,
        otherEntries: others.flatMap(({ entry }) => entry ?? []),
        reference,
      },
    };
  }

  async #recipeFor(
    given: Target,
    checkpoint: Checkpoint,
    { reference, candidates = [] }: WeightsChoice,
  ): Promise<Found> {
    if (reference !== null) return { recipe: await this.#recipeFrom(given, reference), reference };
    const byNames = recipeByNames(constantsOf(given.named), checkpoint, given.file);
    if (!(byNames instanceof EngineError)) return { recipe: byNames, reference: null };
    // The checkpoint may itself be the one that the graph was exported from.
    const others = new Set([checkpoint.file, ...candidates]);
    for (const file of await this.#knownFirst(given, [...others])) {
      const recipe = await this.#recipeFrom(given, file).catch(unlessUnreadable);
      if (!(recipe instanceof EngineError)) return { recipe, reference: file };
      // The right checkpoint, which does not serve: its reason says more than that of names.
      if (SAYS_MORE.has(recipe.failure.code)) return { recipe, reference: file };
    }
    return { recipe: byNames, reference: null };
  }

  async #recipeFrom(given: Target, reference: string): Promise<Recipe | EngineError> {
    const key = await keyOf(given, reference);
    const recipe =
      this.#recipes.get(key) ?? findRecipe(given.read(), await readCheckpoint(reference), given.file);
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

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
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
