import { type EngineError, fail } from '../../failure.js';
import type { Graph } from '../../onnx/graph.js';
import { partsOf } from '../apply.js';
import type { Checkpoint, State } from '../checkpoint.js';
import { constantsOf } from '../constants.js';
import { keyOf, type Norm, type Part, type Recipe, type Source, type Step } from '../recipe.js';
import { labelOf, type Fold } from './candidate.js';
import { narrow } from './clues.js';
import { decideByOrder } from './order.js';
import { type Place, placesOf } from './place.js';
import { dropChance, firstShared } from './uniform.js';
import { firstUnexplained } from './unexplained.js';
import { referenceOf } from './weight.js';

/**
 * What every constant of a graph is made of in the checkpoint that it was exported from, verified by its values.
 * @param model the graph's file, for errors
 * @returns foreignReference, ambiguousReference where it is not that checkpoint, or several tensors would fit
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
  const sources = sourcesOf(places);
  const used = new Set(Array.from(sources.values()).flatMap(partsOf));
  const unused = reference.weights.filter((weight) => !used.has(weight));
  const constants = constantsOf(graph);
  const isExplained = (constant: (typeof constants)[number]): boolean =>
    constant.readings.some((reading) => sources.has(addressOf(reading)));
  const unexplained = constants.filter((constant) => !isExplained(constant));
  const stray = sources.size === 0 ? unexplained[0] : firstUnexplained(unexplained, unused);
  if (stray) return fail('foreignReference', { ...files, tensor: stray.name });
  return { entry: state.entry, steps: stepsOf(constants, sources) };
}

type Reading = Place['reading'];

function addressOf(reading: Reading): string {
  return `${reading.constant} ${keyOf(reading)}`;
}

/** What is read at each place, biases of folded operators included. */
function sourcesOf(places: readonly Place[]): ReadonlyMap<string, Source> {
  const epsilon = usualEpsilon(places);
  const sources = new Map<string, Source>();
  for (const { reading, candidates } of places) {
    const [candidate] = candidates;
    if (candidate === undefined) continue;
    const { weight } = candidate;
    if (candidate.kind === 'copy') {
      sources.set(addressOf(reading), { kind: 'copy', tensor: weight, order: candidate.order });
      continue;
    }
    const norm = { ...candidate.norm, epsilon: epsilon(candidate) };
    sources.set(addressOf(reading), { kind: 'scaled', weight, axis: candidate.axis, norm });
    const bias = { constant: reading.node.inputs[2] ?? '', node: reading.node, input: 2 };
    sources.set(addressOf(bias), { kind: 'shifted', bias: candidate.bias, norm });
  }
  return sources;
}

/** A large variance does not tell ε: the one that fits most normalisations, and them best, is taken wherever it fits. */
function usualEpsilon(places: readonly Place[]): (fold: Fold) => number {
  const folds = places.flatMap(({ candidates }) =>
    candidates.filter((candidate) => candidate.kind === 'fold'),
  );
  const known = [...new Set(folds.flatMap(({ errors }) => [...errors.keys()]))].map((epsilon) => {
    const errors = folds.flatMap((fold) => fold.errors.get(epsilon) ?? []);
    return { epsilon, count: errors.length, sum: errors.reduce((sum, error) => sum + error, 0) };
  });
  const ranked = known.toSorted((a, b) => b.count - a.count || a.sum - b.sum).map(({ epsilon }) => epsilon);
  return ({ errors }) => ranked.find((epsilon) => errors.has(epsilon)) ?? 0;
}

function stepsOf(
  constants: ReturnType<typeof constantsOf>,
  sources: ReadonlyMap<string, Source>,
): readonly Step[] {
  return constants.flatMap(({ name: constant, readings }): readonly Step[] => {
    const bySource = new Map<string, { readonly source: Source; readonly keys: string[] }>();
    for (const reading of readings) {
      const source = sources.get(addressOf(reading));
      if (source === undefined) continue;
      const plain = plainSource(source);
      const text = JSON.stringify(plain);
      const known = bySource.get(text) ?? { source: plain, keys: [] };
      known.keys.push(keyOf(reading));
      bySource.set(text, known);
    }
    return Array.from(bySource.values(), ({ source, keys }) => ({
      constant,
      readings: keys.length === readings.length ? null : keys,
      source,
    }));
  });
}

/** A recipe outlives the reference, whose values it does not need. */
function plainSource(source: Source): Source {
  switch (source.kind) {
    case 'copy':
      return { ...source, tensor: plain(source.tensor) };
    case 'scaled':
      return { ...source, weight: plain(source.weight), norm: plainNorm(source.norm) };
    case 'shifted':
      return { ...source, bias: source.bias && plain(source.bias), norm: plainNorm(source.norm) };
  }
}

function plain({ names, dims }: Part): Part {
  return { names, dims };
}

function plainNorm({ gamma, beta, mean, variance, epsilon }: Norm<Part>): Norm<Part> {
  return {
    gamma: gamma && plain(gamma),
    beta: beta && plain(beta),
    mean: plain(mean),
    variance: plain(variance),
    epsilon,
  };
}
