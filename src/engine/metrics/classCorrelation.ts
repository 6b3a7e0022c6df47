import { correlation } from '../../heatmap/correlation.js';
import type { Metric } from './metric.js';

/**
 * Pearson's correlation of Up(map) with that of another class: the other one marked in the picture, else the most probable
 * besides the class under test.
 */
export const classCorrelation: Metric = {
  series: null,
  value: ({ up, upOfOther }) => upOfOther && correlation(up, upOfOther),
};
