import { DataType, elementCount } from '../../onnx/tensor.js';
import { weightsOf } from '../byName.js';
import type { State, StoredTensor } from '../checkpoint.js';
import { moduleOf } from '../names.js';
import { normedOf } from '../normed.js';
import { type Numbers, numbersOf } from '../numbers.js';
import type { Norm, Part } from '../recipe.js';

/** A tensor of the reference, of which a graph's constants may be made. */
export interface Weight extends Part {
  readonly dataType: DataType;
  /** Its place among the tensors of the reference. */
  readonly index: number;
  readonly values: () => Numbers;
  /** What weight norm or spectral norm computes it of; none for what is stored. */
  readonly madeOf: readonly Weight[];
}

/** The tensors of a reference. */
export interface Reference {
  readonly weights: readonly Weight[];
  readonly norms: readonly Norm<Weight>[];
  /** Whether they come in the order in which their modules were made. */
  readonly isOrdered: boolean;
}

/** How far a value of a type may be from what it was rounded from. */
export function precisionOf(dataType: DataType): number {
  if (dataType === DataType.FLOAT8E5M2) return 0.13;
  if (dataType === DataType.FLOAT8E4M3FN) return 0.07;
  if (dataType === DataType.BFLOAT16) return 4e-3;
  return dataType === DataType.FLOAT16 ? 5e-4 : 1e-5;
}

/** @returns the tensors of a state; those that share their memory are one with several names */
export function referenceOf(state: State, isOrdered: boolean): Reference {
  const byPlace = new Map<string, Weight>();
  for (const [name, tensor] of weightsOf(state)) {
    const key = `${tensor.place} ${tensor.dims.join()}`;
    const known = byPlace.get(key);
    const names: Weight['names'] = known === undefined ? [name] : [...known.names, name];
    byPlace.set(key, known === undefined ? weightOf(names, tensor, byPlace.size) : { ...known, names });
  }
  const weights = [...byPlace.values(), ...normedWeights(state, [...byPlace.values()])];
  return { weights, norms: normsOf(weights), isOrdered };
}

function weightOf(names: Weight['names'], tensor: StoredTensor, index: number): Weight {
  let values: Numbers | null = null;
  const { dims, dataType } = tensor;
  return {
    ...{ names, dims, dataType, index },
    madeOf: [],
    values: () => (values ??= numbersOf(tensor.read()) ?? new Float32Array()),
  };
}

function normedWeights(state: State, weights: readonly Weight[]): readonly Weight[] {
  const named = (name: string): Weight | undefined => weights.find(({ names }) => names.includes(name));
  return Array.from(normedOf(weightsOf(state)), ([name, tensor]) => {
    const madeOf = tensor.madeOf.flatMap((part) => named(part) ?? []);
    return { ...weightOf([name], tensor, madeOf[0]?.index ?? 0), madeOf };
  });
}

/** The normalisations: modules with a running mean and variance. */
function normsOf(weights: readonly Weight[]): readonly Norm<Weight>[] {
  const named = new Map(weights.flatMap((weight) => weight.names.map((name) => [name, weight] as const)));
  return weights.flatMap((mean) =>
    mean.names.flatMap((name) => {
      if (!/(^|\.)running_mean$/.test(name)) return [];
      const sibling = (leaf: string): Weight | null =>
        named.get([moduleOf(name), leaf].filter(Boolean).join('.')) ?? null;
      const variance = sibling('running_var');
      if (variance === null) return [];
      return [{ gamma: sibling('weight'), beta: sibling('bias'), mean, variance, epsilon: 0 }];
    }),
  );
}

/** The bias of the module that a weight belongs to; null where it has none of so many channels. */
export function biasOf({ names }: Weight, weights: readonly Weight[], channels: number): Weight | null {
  const wanted = names.map((name) => [moduleOf(name), 'bias'].filter(Boolean).join('.'));
  const found = weights.find((each) => each.names.some((name) => wanted.includes(name)));
  return found?.dims.join() === String(channels) ? found : null;
}

/** How many values a weight has. */
export function sizeOf({ dims }: Part): number {
  return elementCount(dims);
}
