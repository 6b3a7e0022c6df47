import { maskIou } from './iou.js';
import type { Metric } from './metric.js';

/** IoU of the mask with the regions of the class less IoU with those of the other class that is marked in the picture. */
export const classSeparation: Metric = {
  series: null,
  value: (map) => {
    const [own, other] = [maskIou(map, map.picture.own), maskIou(map, map.picture.other)];
    return own === null || other === null ? null : own - other;
  },
};
