import type { Display } from '../src/protocol/explanation.js';

/** A map in its own colours over all of the picture alike. */
export const DISPLAY: Display = {
  colorMap: 'viridis',
  opacity: 0.6,
  smooth: true,
  mask: false,
  emphasis: null,
  scale: null,
};
