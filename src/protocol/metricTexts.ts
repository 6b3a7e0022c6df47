/** What the metrics are called and say, in English; spread into the page's texts. */

import type { MetricId, ObjectSize } from './metrics.js';

/** As tables head their columns. */
export const METRIC_NAMES = {
  'average-drop': 'Average drop',
  'average-increase': 'Average increase',
  deletion: 'Deletion',
  insertion: 'Insertion',
  road: 'ROAD',
  iou: 'IoU',
  'pointing-game': 'Pointing game',
  'energy-inside': 'Energy inside',
  'class-correlation': 'Class correlation',
  'class-separation': 'Class separation',
  sparsity: 'Sparsity of weights',
} as const satisfies Readonly<Record<MetricId, string>>;

/** What stands behind the name where a table is of these objects alone. */
export const OBJECT_NOTES = {
  'small objects': 'objects under 30% of the picture',
  'large objects': 'objects of 30% of the picture or more',
} as const satisfies Readonly<Record<`${ObjectSize} objects`, string>>;

export const METRIC_ABOUTS = {
  'about average-drop':
    'How much of the class’s probability is lost when the picture is shown through its map; 0 where none is.',
  'about average-increase':
    'In how many pictures the class’s probability rises when the picture is shown through its map.',
  'about deletion': 'Area under the class’s probability while the most relevant pixels are removed.',
  'about insertion': 'Area under the class’s probability while the most relevant pixels are put in.',
  'about road':
    'Probability left when the least relevant pixels are imputed, less that when the most relevant are; half of it, over 20 to 80% of the pixels.',
  'about iou': 'Overlap of the pixels above mean + σ of the map with what is marked of the class.',
  'about pointing-game': 'In how many pictures the map’s maximum lies in what is marked of the class.',
  'about energy-inside': 'Share of the map’s positive values that lies in what is marked of the class.',
  'about class-correlation': 'Pearson’s correlation of the maps of two classes of the same picture.',
  'about class-separation': 'IoU with what is marked of the own class, less that with the other class’s.',
  'about sparsity': 'Hoyer sparsity of the channel weights: 0 where all are equal, 1 where one alone counts.',
} as const satisfies Readonly<Record<`about ${MetricId}`, string>>;
