import type { Metric } from './metric.js';
import { areaUnder, deleted } from './removal.js';

/** Area under the class's probability while the most relevant pixels are removed (Petsiuk et al., BMVC 2018). */
export const deletion: Metric = {
  series: deleted,
  value: ({ picture: { probability } }, probabilities) =>
    probability === null ? null : areaUnder([probability, ...probabilities]),
};
