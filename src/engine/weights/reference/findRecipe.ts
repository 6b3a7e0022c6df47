import { type EngineError, fail } from '../../failure.js';
import type { Graph } from '../../onnx/graph.js';
import { partsOf } from '../apply.js';
import type { Checkpoint, State } from '../checkpoint.js';
import { constantsOf } from '../constants.js';
import type { Recipe } from '../recipe.js';
import { labelOf } from './candidate.js';
import { narrow } from './clues.js';
import { firstInParts, standing } from './normedWeights.js';
import { decideByOrder } from './order.js';
import { placesOf } from './place.js';
import { madeAt, stepsOf } from './steps.js';
import { firstComputedWith, firstDropped, firstUnexplained, leftOutOf } from './unexplained.js';
import { dropChance, firstShared } from './uniform.js';
import { type Reference, referenceOf, type Weight } from './weight.js';

/**
 * What every constant of a graph is made of in the checkpoint that it was exported from, verified by its values.
 * @param model the graph's file, for errors
 * @returns foreignReference, ambiguousReference, partlyComputedWeights, droppedWeights where it is not that checkpoint, or several tensors would fit
 */
export function findRecipe(graph: Graph, checkpoint: Checkpoint, model: string): Recipe | EngineError {
  const files = { model, reference: checkpoint.file };
  const found = checkpoint.states.map((state) => recipeOf(graph, state, checkpoint.isOrdered, files));
  const [first] = found;
  if (first === undefined) throw new Error('a checkpoint has a state');
  return found.find((each) => 'steps' in each) ?? first;
}

interface Files {
  readonly model: string;
  readonly reference: string;
}

function recipeOf(graph: Graph, state: State, isOrdered: boolean, files: Files): Recipe | EngineError {
  const reference = referenceOf(state, isOrdered);
  const places = placesOf(graph, reference);
  narrow(places);
  dropChance(places);
  if (isOrdered) decideByOrder(places);
  narrow(places);
  const ambiguous = places.find(({ candidates }) => candidates.length > 1) ?? firstShared(places);
  if (ambiguous !== null) {
    const [first = '', second = first] = ambiguous.candidates.map(labelOf);
    return fail('ambiguousReference', { ...files, tensor: ambiguous.constant.name, first, second });
  }
  const made = madeAt(places, reference.weights);
  const used = new Set(made.flatMap(({ source }) => partsOf(source)));
  const inParts = firstInParts(reference.weights, used);
  if (inParts !== null)
    return fail('partlyComputedWeights', { ...files, tensor: inParts.madeOf[0]?.names[0] ?? '' });
  const known = standing(reference.weights, used);
  const unused = reference.weights.filter((weight) => !known.has(weight));
  // Of one of several networks the others are left over, too.
  const others = state.within === null ? [] : othersIn(state.within, reference);
  const constants = constantsOf(graph);
  const explained = new Set(made.map(({ constant }) => constant));
  const unexplained = constants.filter(({ name }) => !explained.has(name));
  const stray =
    made.length === 0
      ? unexplained[0]
      : (firstUnexplained(unexplained, [...unused, ...others]) ??
        firstComputedWith(graph, explained, unexplained));
  if (stray) return fail('foreignReference', { ...files, tensor: stray.name });
  const dropped = firstDropped(reference.weights, known);
  if (dropped !== null) return fail('droppedWeights', { ...files, tensor: dropped.names[0] });
  return { entry: state.entry, steps: stepsOf(constants, made), leftOut: leftOutOf(unused) };
}

function othersIn(whole: State, { weights, isOrdered }: Reference): readonly Weight[] {
  const own = new Set(weights.flatMap(({ names }) => names));
  return referenceOf(whole, isOrdered).weights.filter(({ names }) => !names.some((name) => own.has(name)));
}
