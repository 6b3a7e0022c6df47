import { DEFAULT_EMPHASIS, type Display } from '../protocol/explanation.js';

/** How maps are drawn: as the panel shows them at first. */
export const DISPLAY: Display = {
  colorMap: 'viridis',
  opacity: 0.6,
  smooth: true,
  mask: false,
  emphasis: DEFAULT_EMPHASIS,
  scale: null,
};
