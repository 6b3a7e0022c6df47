/** The metrics, as a user meets them; what each computes stands in `engine/metrics`. */

export interface MetricFacts {
  /** Whether more of it is better; null for what says nothing of better or worse. */
  readonly better: 'higher' | 'lower' | null;
  /** By what a picture's value is multiplied in tables: 100 for percentages. */
  readonly factor: 1 | 100;
  /** Whether it compares the map with what is marked in the picture. */
  readonly needsRegions: boolean;
  /** Whether it runs the model on changed pictures. */
  readonly needsPasses: boolean;
}

const OF_MAP = { factor: 1, needsRegions: false, needsPasses: false } as const;
const OF_REGIONS = { better: 'higher', factor: 1, needsRegions: true, needsPasses: false } as const;
const OF_PASSES = { factor: 1, needsRegions: false, needsPasses: true } as const;

const ROWS = {
  /** max(0, Y − O) / Y */
  'average-drop': { ...OF_PASSES, better: 'lower', factor: 100 },
  /** 1 where O > Y, else 0. */
  'average-increase': { ...OF_PASSES, better: 'higher', factor: 100 },
  iou: OF_REGIONS,
  /** 1 where the map's maximum lies in a region of the class, else 0. */
  'pointing-game': { ...OF_REGIONS, factor: 100 },
  'energy-inside': OF_REGIONS,
  /** Pearson's correlation with the map of another class. */
  'class-correlation': { ...OF_MAP, better: 'lower' },
  /** IoU with the own class's regions less IoU with those of the other class in the picture. */
  'class-separation': OF_REGIONS,
  deletion: { ...OF_PASSES, better: 'lower' },
  insertion: { ...OF_PASSES, better: 'higher' },
  /** (probability with the least relevant pixels removed − with the most relevant removed) / 2, over 20, 40, 60, 80 %. */
  road: { ...OF_PASSES, better: 'higher' },
  sparsity: { ...OF_MAP, better: null },
} as const satisfies Readonly<Record<string, MetricFacts>>;

export type MetricId = keyof typeof ROWS;

/**
 * Objects under 30 % of what the model sees, and the others: of a small one even a right map's mask, which always has its
 * share of the pixels, covers little else than background.
 */
export const OBJECT_SIZES = ['small', 'large'] as const;
export type ObjectSize = (typeof OBJECT_SIZES)[number];

export function objectSize(share: number): ObjectSize {
  return share < 0.3 ? 'small' : 'large';
}

export const METRIC_FACTS: Readonly<Record<MetricId, MetricFacts>> = ROWS;

/** In the order in which they are offered and shown. */
export const METRICS: readonly MetricId[] = [
  ...(['average-drop', 'average-increase', 'deletion', 'insertion', 'road'] as const),
  ...(['iou', 'pointing-game', 'energy-inside'] as const),
  ...(['class-correlation', 'class-separation', 'sparsity'] as const),
];
