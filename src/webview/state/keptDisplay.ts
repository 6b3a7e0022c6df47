import * as v from 'valibot';
import { COLOR_MAPS } from '../../protocol/explanation.js';

const SHARE = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** How maps are drawn, as a page keeps it. */
export const KEPT_DISPLAY = v.object({
  colorMap: v.picklist(COLOR_MAPS),
  opacity: SHARE,
  smooth: v.boolean(),
  mask: v.boolean(),
  emphasis: v.nullable(SHARE),
  scale: v.null(),
});
