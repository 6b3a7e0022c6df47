import { partsOf } from '../apply.js';
import type { Constant } from '../constants.js';
import { keyOf, type Norm, type Part, type Source, type Step } from '../recipe.js';
import type { Fold } from './candidate.js';
import { foldingAxis, hasBias } from './folds.js';
import type { Place } from './place.js';
import { biasOf, type Weight } from './weight.js';

/** What stands at one reading of a constant, or where an operator reads no bias. */
export interface Made {
  readonly constant: string | null;
  readonly key: string;
  readonly source: Source;
}

/** What stands at every place that is decided, with the biases of folded operators and those that were left out. */
export function madeAt(places: readonly Place[], weights: readonly Weight[]): readonly Made[] {
  const epsilon = usualEpsilon(places);
  const decided = places.flatMap(({ reading, candidates: [candidate] }): readonly Made[] => {
    if (candidate === undefined) return [];
    const { node, constant } = reading;
    const { weight } = candidate;
    const key = keyOf(reading);
    if (candidate.kind === 'copy')
      return [{ constant, key, source: { kind: 'copy', tensor: weight, order: candidate.order } }];
    const { axis, bias } = candidate;
    const norm = { ...candidate.norm, epsilon: epsilon(candidate) };
    const place = { constant: hasBias(node) ? (node.inputs[2] ?? '') : null, key: keyOf({ node, input: 2 }) };
    return [
      { constant, key, source: { kind: 'scaled', weight, axis, norm } },
      { ...place, source: { kind: 'shifted', bias, norm } },
    ];
  });
  const used = new Set<Part>(decided.flatMap(({ source }) => partsOf(source)));
  return [...decided, ...places.flatMap((place) => leftOut(place, weights, used))];
}

/** The bias of zeros that the exporter left out of an operator. */
function leftOut(
  { reading: { node, input }, candidates: [candidate] }: Place,
  weights: readonly Weight[],
  used: ReadonlySet<Part>,
): readonly Made[] {
  const axis = foldingAxis(node);
  if (candidate?.kind !== 'copy' || input !== 1 || axis === null || hasBias(node)) return [];
  const bias = biasOf(candidate.weight, weights, candidate.weight.dims[axis] ?? 0);
  if (bias === null || used.has(bias) || bias.values().some((value) => value !== 0)) return [];
  return [
    { constant: null, key: keyOf({ node, input: 2 }), source: { kind: 'copy', tensor: bias, order: [0] } },
  ];
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

/** @param constants of the graph */
export function stepsOf(constants: readonly Constant[], made: readonly Made[]): readonly Step[] {
  const readings = new Map(constants.map(({ name, readings: all }) => [name, all.length]));
  const steps = new Map<
    string,
    { readonly constant: string | null; readonly source: Source; readonly keys: string[] }
  >();
  for (const { constant, key, source } of made) {
    const own = plainSource(source);
    const text = JSON.stringify([constant, own]);
    const step = steps.get(text) ?? { constant, source: own, keys: [] };
    step.keys.push(key);
    steps.set(text, step);
  }
  return Array.from(steps.values(), ({ constant, source, keys }) => ({
    constant,
    readings: constant !== null && keys.length === readings.get(constant) ? null : keys,
    source,
  }));
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
