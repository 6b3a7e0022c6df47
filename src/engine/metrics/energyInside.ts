import type { Metric } from './metric.js';

/** Σ of Up(map)⁺ inside the regions of the class / Σ of Up(map)⁺; not defined for a map that is positive nowhere. */
export const energyInside: Metric = {
  series: null,
  value: ({ up, picture: { own } }) => {
    if (own === null) return null;
    const total = up.reduce((sum, value) => sum + Math.max(0, value), 0);
    const inside = up.reduce((sum, value, pixel) => sum + (own[pixel] ? Math.max(0, value) : 0), 0);
    return total > 0 ? inside / total : null;
  },
};
