import * as v from 'valibot';
import { INTERPOLATIONS, type Preprocessing } from '../../protocol/model.js';

/** `config.json` of timm's models. */
const TimmConfig = v.object({
  pretrained_cfg: v.object({
    input_size: v.tuple([v.number(), v.number(), v.number()]),
    mean: v.array(v.number()),
    std: v.array(v.number()),
    crop_pct: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(1)), 0.875),
    crop_mode: v.optional(v.string(), 'center'),
    interpolation: v.optional(v.fallback(v.picklist(INTERPOLATIONS), 'bilinear'), 'bilinear'),
  }),
});

/** What timm's configuration says; null where the JSON is none. */
export function fromTimm(json: unknown): Partial<Preprocessing> | null {
  const parsed = v.safeParse(TimmConfig, json);
  if (!parsed.success) return null;
  const { input_size, mean, std, crop_pct, crop_mode, interpolation } = parsed.output.pretrained_cfg;
  const [, inputHeight, inputWidth] = input_size;
  return {
    fit: crop_mode === 'squash' ? 'squash' : 'crop',
    resize: Math.floor(Math.min(inputWidth, inputHeight) / crop_pct),
    inputWidth,
    inputHeight,
    interpolation,
    range: [0, 1],
    mean,
    std,
    channelOrder: 'RGB',
  };
}
