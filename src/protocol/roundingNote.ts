import type { LayerExplanation } from './explanation.js';

/** Of a map of which rounding decides much; `{share}` is a percentage. */
export const BY_ROUNDING =
  'Rounding decides much of this map: {share} of the weight comes from places where Grad-CAM++ divides by nearly zero, so another machine may give another map. Compare it with another method or a deeper layer.';

/** From this part of the weight on, what rounding decides is told. */
const MUCH = 1 / 3;

/** Which part of a layer's weight rounding decides, where that is much; else null. */
export function muchByRounding({ byRounding = 0 }: Pick<LayerExplanation, 'byRounding'>): number | null {
  return byRounding >= MUCH ? byRounding : null;
}
