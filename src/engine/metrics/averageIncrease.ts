import { maskedPicture } from './maskedPicture.js';
import type { Metric } from './metric.js';

/** Whether the class is more probable with the picture masked by the map: 1 where O > Y, else 0. */
export const averageIncrease: Metric = {
  series: maskedPicture,
  value: ({ picture: { probability } }, [masked = NaN]) =>
    probability === null ? null : Number(masked > probability),
};
