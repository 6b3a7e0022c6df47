import { intersectionOverUnion } from '../../heatmap/iou.js';
import { maskAbove, meanPlusStd } from '../../heatmap/mask.js';
import type { MeasuredMap, Metric } from './metric.js';

/** Intersection over union of the mask Up(map) > mean + 1σ and the regions of the class. */
export const iou: Metric = {
  series: null,
  value: (map) => maskIou(map, map.picture.own),
};

/** @param region null where nothing is marked */
export function maskIou({ up }: MeasuredMap, region: Uint8Array | null): number | null {
  return region && intersectionOverUnion(maskAbove(up, meanPlusStd(up, 1)), region);
}
