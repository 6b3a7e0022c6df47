import { int, type Node } from '../../onnx/graph.js';
import type { Tensor } from '../../onnx/tensor.js';
import { channelOf, factorsOf, shifted } from '../folding.js';
import { type Numbers, numbersOf } from '../numbers.js';
import type { Norm } from '../recipe.js';
import type { Fold } from './candidate.js';
import { biasOf, precisionOf, type Reference, type Weight } from './weight.js';

/** What networks use in their normalisations, the usual first. */
const EPSILONS = [1e-5, 1e-3, 1e-6, 1e-4, 1e-2, 1e-8, 1e-12];

/** Three tensors of the reference's precision make one value. */
const ROUNDED_PARTS = 3;

/** The axis of a weight's outputs, for operators that exporters fold a normalisation into; null for others. */
export function foldingAxis(node: Node): number | null {
  switch (node.op) {
    case 'Conv':
      return 0;
    case 'ConvTranspose':
      return int(node, 'group', 1) === 1 ? 1 : null;
    case 'Gemm':
      return int(node, 'transB', 0) === 1 ? 0 : 1;
    default:
      return null;
  }
}

/** Whether an operator with a weight reads a bias, too. */
export function hasBias({ inputs }: Node): boolean {
  return (inputs[2] ?? '') !== '';
}

/**
 * The tensors of the reference that an operator's weight and bias are made of, where a normalisation was folded into
 * them: W' = W f and b' = (b − μ) f + β with f = γ/√(σ² + ε), in every channel.
 * @param bias null where the operator has none: exporters leave out a bias of zeros
 */
export function foldsOf(
  weight: Tensor,
  bias: Tensor | null,
  axis: number,
  { weights, norms }: Reference,
): readonly Fold[] {
  const values = numbersOf(weight);
  const channels = weight.dims[axis] ?? 0;
  const biases = bias === null ? new Float32Array(channels) : numbersOf(bias);
  if (values === null || biases?.length !== channels || channels === 0) return [];
  return weights.flatMap((candidate): readonly Fold[] => {
    if (candidate.dims.join() !== weight.dims.join()) return [];
    const ratios = ratiosOf(values, candidate.values(), weight.dims, axis, limitOf([candidate], weight));
    if (ratios === null) return [];
    const own = biasOf(candidate, weights, channels);
    const fitting = norms.filter(({ mean }) => mean.dims.join() === String(channels));
    return fitting.flatMap((norm): readonly Fold[] => {
      const limit = limitOf([candidate, own, norm.gamma, norm.beta, norm.mean, norm.variance], weight);
      const errors = errorsOf({ ratios, biases, own: own?.values() ?? null, limit }, norm);
      if (errors.size === 0) return [];
      const error = Math.min(...errors.values());
      return [{ kind: 'fold', weight: candidate, bias: own, axis, norm, errors, error }];
    });
  });
}

function limitOf(parts: readonly (Weight | null)[], weight: Tensor): number {
  const types = [weight.dataType, ...parts.flatMap((part) => part?.dataType ?? [])];
  const precision = Math.max(...types.map(precisionOf));
  return precision > precisionOf(weight.dataType) ? ROUNDED_PARTS * precision : precision;
}

/**
 * Per channel what one weight is of the other, NaN where both are zeros; null where they are not proportional in every
 * channel.
 */
function ratiosOf(
  values: Numbers,
  others: Numbers,
  dims: readonly number[],
  axis: number,
  limit: number,
): Float64Array | null {
  const channels = dims[axis] ?? 0;
  const inner = values.length / channels;
  // Another tensor is told by its first channel.
  const start = axis === 0 && channels > 1 ? [values, others].map((each) => each.subarray(0, inner)) : [];
  const [first, other] = start;
  if (first !== undefined && other !== undefined && ratiosOf(first, other, [1, inner], 0, limit) === null)
    return null;
  const channel = channelOf(dims, axis);
  const { ratios, most } = projected(values, others, channels, channel);
  const isOff = (value: number, index: number): boolean => {
    const at = channel(index);
    return Math.abs(value - (ratios[at] ?? 0) * (others[index] ?? 0)) > limit * (most[at] ?? 0);
  };
  return values.some(isOff) ? null : ratios;
}

/** Per channel the multiple of the other weight that comes nearest, and the largest value. */
function projected(
  values: Numbers,
  others: Numbers,
  channels: number,
  channel: (index: number) => number,
): { readonly ratios: Float64Array; readonly most: Float64Array } {
  const products = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const most = new Float64Array(channels);
  for (const [index, value] of values.entries()) {
    const at = channel(index);
    const other = others[index] ?? 0;
    products[at] = (products[at] ?? 0) + value * other;
    squares[at] = (squares[at] ?? 0) + other * other;
    most[at] = Math.max(most[at] ?? 0, Math.abs(value));
  }
  // What is not zero is no multiple of zeros.
  const ratios = products.map((product, at) =>
    squares[at] === 0 ? (most[at] === 0 ? NaN : Infinity) : product / (squares[at] ?? 1),
  );
  return { ratios, most };
}

interface Observed {
  readonly ratios: Float64Array;
  readonly biases: Numbers;
  readonly own: Numbers | null;
  readonly limit: number;
}

/** By each ε that fits, the furthest that a channel is off. */
function errorsOf(observed: Observed, norm: Norm<Weight>): ReadonlyMap<number, number> {
  const values: Norm<Numbers> = {
    gamma: norm.gamma?.values() ?? null,
    beta: norm.beta?.values() ?? null,
    mean: norm.mean.values(),
    variance: norm.variance.values(),
    epsilon: 0,
  };
  const fitting = (epsilons: readonly number[]): ReadonlyMap<number, number> =>
    new Map(
      epsilons.flatMap((epsilon) => {
        const error = furthest(observed, { ...values, epsilon });
        return error <= observed.limit ? [[epsilon, error] as const] : [];
      }),
    );
  const usual = fitting(EPSILONS);
  return usual.size > 0 ? usual : fitting(solvedEpsilon(observed.ratios, values));
}

/** The furthest that a channel's factor or bias is off what the normalisation makes of it, as a part of it. */
function furthest({ ratios, biases, own }: Observed, norm: Norm<Numbers>): number {
  const factors = factorsOf(norm);
  const expected = shifted(own, norm);
  return factors.reduce((most, factor, channel) => {
    const ratio = ratios[channel] ?? NaN;
    const ofFactor =
      Number.isNaN(ratio) || ratio === factor ? 0 : Math.abs(ratio - factor) / Math.abs(factor);
    const [shift, found] = [expected[channel] ?? 0, biases[channel] ?? 0];
    const terms =
      Math.abs(norm.beta?.[channel] ?? 0) +
      (Math.abs(own?.[channel] ?? 0) + Math.abs(norm.mean[channel] ?? 0)) * Math.abs(factor);
    const ofBias = shift === found ? 0 : Math.abs(shift - found) / terms;
    return Math.max(most, ofFactor, ofBias);
  }, 0);
}

/** ε by the channel in which it counts most. */
function solvedEpsilon(ratios: Float64Array, { gamma, variance }: Norm<Numbers>): readonly number[] {
  const solved = Array.from(ratios, (ratio, channel) => {
    const factor = (gamma?.[channel] ?? 1) / ratio;
    return { variance: variance[channel] ?? 0, epsilon: factor * factor - (variance[channel] ?? 0) };
  }).filter(({ epsilon }) => Number.isFinite(epsilon) && epsilon > 0);
  const [first] = solved.toSorted((a, b) => a.variance - b.variance);
  return first === undefined ? [] : [first.epsilon];
}
