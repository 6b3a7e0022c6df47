import { elementCount } from '../onnx/tensor.js';
import type { Numbers } from './numbers.js';
import type { Norm } from './recipe.js';

/** γ/√(σ² + ε) of every channel: what exporters multiply the weights in front of a normalisation by. */
export function factorsOf({ gamma, variance, epsilon }: Norm<Numbers>): Float64Array {
  return Float64Array.from(
    variance,
    (value, channel) => (gamma?.[channel] ?? 1) / Math.sqrt(value + epsilon),
  );
}

/** A weight with a normalisation folded into it. @param axis of its outputs, which are the norm's channels */
export function scaled(
  weight: Numbers,
  dims: readonly number[],
  axis: number,
  norm: Norm<Numbers>,
): Float64Array {
  const factors = factorsOf(norm);
  const channel = channelOf(dims, axis);
  return Float64Array.from(weight, (value, index) => value * (factors[channel(index)] ?? 0));
}

/** A bias with a normalisation folded into it; none is 0. */
export function shifted(bias: Numbers | null, norm: Norm<Numbers>): Float64Array {
  return factorsOf(norm).map(
    (factor, channel) =>
      ((bias?.[channel] ?? 0) - (norm.mean[channel] ?? 0)) * factor + (norm.beta?.[channel] ?? 0),
  );
}

/** Which index along an axis the values of a tensor have. */
export function channelOf(dims: readonly number[], axis: number): (index: number) => number {
  const count = dims[axis] ?? 1;
  const inner = elementCount(dims.slice(axis + 1));
  return (index) => Math.floor(index / inner) % count;
}
