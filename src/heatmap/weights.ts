/** |α_k| / Σ|α| for every channel; zeros where all weights are zero. */
export function weightShares(weights: Float32Array): Float32Array {
  const total = sumOfMagnitudes(weights);
  return weights.map((weight) => (total > 0 ? Math.abs(weight) / total : 0));
}

/** α_k / max |α| for every channel, −1 … 1; zeros where all weights are zero. */
export function normalizeWeights(weights: Float32Array): Float32Array {
  const most = weights.reduce((sofar, weight) => Math.max(sofar, Math.abs(weight)), 0);
  return weights.map((weight) => (most > 0 ? weight / most : 0));
}

/**
 * Hoyer's sparsity (√K − ‖α‖₁/‖α‖₂) / (√K − 1): 0 where all channels weigh the same, 1 where one alone does.
 * null where it is not defined: fewer than two channels, or all weights zero.
 */
export function hoyerSparsity(weights: Float32Array): number | null {
  const norm = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
  if (weights.length < 2 || norm === 0) return null;
  const root = Math.sqrt(weights.length);
  return (root - sumOfMagnitudes(weights) / norm) / (root - 1);
}

function sumOfMagnitudes(weights: Float32Array): number {
  return weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
}
