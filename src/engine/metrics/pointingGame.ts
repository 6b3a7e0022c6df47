import type { Metric } from './metric.js';

/**
 * Whether the maximum of Up(map) lies in a region of the class: 1 or 0; where several pixels share it, the first of them
 * counts, row by row. A constant map points nowhere.
 */
export const pointingGame: Metric = {
  series: null,
  value: ({ up, picture: { own } }) => {
    if (own === null) return null;
    const most = up.reduce((highest, value) => Math.max(highest, value), -Infinity);
    const isConstant = up.every((value) => value === most);
    return isConstant ? 0 : (own[up.indexOf(most)] ?? 0);
  },
};
