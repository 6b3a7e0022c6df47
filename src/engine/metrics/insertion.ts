import type { Metric } from './metric.js';
import { areaUnder, inserted } from './removal.js';

/** Area under the class's probability while the most relevant pixels are inserted (Petsiuk et al., BMVC 2018). */
export const insertion: Metric = {
  series: inserted,
  value: ({ picture: { probability } }, probabilities) =>
    probability === null ? null : areaUnder([...probabilities, probability]),
};
