import { maskedPicture } from './maskedPicture.js';
import type { Metric } from './metric.js';

/** max(0, Y − O) / Y, where O is the probability with the picture masked by the map. */
export const averageDrop: Metric = {
  series: maskedPicture,
  value: ({ picture: { probability } }, [masked = NaN]) =>
    probability === null || probability === 0 ? null : Math.max(0, probability - masked) / probability,
};
