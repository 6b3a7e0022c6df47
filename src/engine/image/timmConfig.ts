import * as v from 'valibot';
import { INTERPOLATIONS, type Preprocessing } from '../../protocol/model.js';
import type { InputSize } from './geometry.js';

const Sizes = v.tuple([v.number(), v.number(), v.number()]);
const Share = v.pipe(v.number(), v.minValue(0.1), v.maxValue(1));

const Data = v.object({
  input_size: Sizes,
  /** Where a model is evaluated at another size than it was trained at. */
  test_input_size: v.nullish(Sizes),
  mean: v.array(v.number()),
  std: v.array(v.number()),
  crop_pct: v.optional(Share, 0.875),
  test_crop_pct: v.nullish(Share),
  crop_mode: v.optional(v.string(), 'center'),
  interpolation: v.optional(v.fallback(v.picklist(INTERPOLATIONS), 'bilinear'), 'bilinear'),
});

/** `config.json` of timm's models. */
const TimmConfig = v.object({ pretrained_cfg: Data });

/**
 * What timm's configuration says; null where the JSON is none.
 * @param input the model's own size, where that is known
 */
export function fromTimm(json: unknown, input: InputSize | null): Partial<Preprocessing> | null {
  const parsed = v.safeParse(TimmConfig, json);
  if (!parsed.success) return null;
  const { mean, std, crop_pct, crop_mode, interpolation, ...sizes } = parsed.output.pretrained_cfg;
  const [, height, width] = sizes.test_input_size ?? [];
  const isOfTests = input !== null && height === input.inputHeight && width === input.inputWidth;
  const [, inputHeight, inputWidth] = isOfTests ? [3, height, width] : sizes.input_size;
  const share = isOfTests ? (sizes.test_crop_pct ?? crop_pct) : crop_pct;
  return {
    ...fitOf(crop_mode, mean),
    resize: Math.floor((crop_mode === 'border' ? Math.max : Math.min)(inputWidth, inputHeight) / share),
    inputWidth,
    inputHeight,
    interpolation,
    range: [0, 1],
    mean,
    std,
    channelOrder: 'RGB',
  };
}

/** Where a border is added, it is of the mean colour. */
function fitOf(cropMode: string, mean: readonly number[]): Pick<Partial<Preprocessing>, 'fit' | 'padColor'> {
  if (cropMode !== 'border') return { fit: cropMode === 'squash' ? 'squash' : 'crop' };
  const [red = 0, green = red, blue = red] = mean.map((value) => Math.round(255 * value));
  return { fit: 'letterbox', padColor: [red, green, blue] };
}
