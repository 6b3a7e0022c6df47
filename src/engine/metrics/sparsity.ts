import { hoyerSparsity } from '../../heatmap/weights.js';
import type { Metric } from './metric.js';

/** Hoyer's sparsity of the channel weights; not defined for a method that weighs none. */
export const sparsity: Metric = {
  series: null,
  value: ({ weights }) => weights && hoyerSparsity(weights),
};
