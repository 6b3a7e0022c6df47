import type { MethodId } from '../../../protocol/methods.js';

/** The columns of the paper's Figure 3 in its order, the methods that it does not show beside those they resemble. */
export const COLUMN_ORDER: readonly MethodId[] = [
  ...(['cam', 'grad-cam', 'grad-cam++', 'layer-cam'] as const),
  ...(['score-cam', 'lrp', 'clrp', 'relevance-cam'] as const),
];

/** The methods that the paper shows. */
export const PAPER_METHODS: readonly MethodId[] = ['grad-cam', 'grad-cam++', 'score-cam', 'relevance-cam'];
