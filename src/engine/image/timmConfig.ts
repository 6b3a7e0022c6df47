import * as v from 'valibot';
import { INTERPOLATIONS, type Preprocessing } from '../../protocol/model.js';
import type { InputSize } from './geometry.js';
import { IMAGENET } from './presets.js';

const Sizes = v.tuple([v.number(), v.number(), v.number()]);
const Share = v.pipe(v.number(), v.minValue(0.1), v.maxValue(4));

/** What is left out or null is timm's `resolve_data_config`'s. */
const Data = v.object({
  input_size: Sizes,
  /** Where a model is evaluated at another size than it was trained at. */
  test_input_size: v.nullish(Sizes),
  mean: v.nullish(v.array(v.number()), [...IMAGENET.mean]),
  std: v.nullish(v.array(v.number()), [...IMAGENET.std]),
  crop_pct: v.nullish(Share, 0.875),
  test_crop_pct: v.nullish(Share),
  crop_mode: v.nullish(v.string(), 'center'),
  interpolation: v.nullish(v.fallback(v.picklist(INTERPOLATIONS), 'bicubic'), 'bicubic'),
});

/** `config.json` of timm's models; older ones have it all in one. */
const TimmConfig = v.union([
  v.pipe(
    v.object({ pretrained_cfg: Data }),
    v.transform(({ pretrained_cfg }) => pretrained_cfg),
  ),
  v.object({ architecture: v.string(), ...Data.entries }),
]);

/**
 * What timm's configuration says; null where the JSON is none.
 * @param input the model's own size, where that is known
 */
export function fromTimm(json: unknown, input: InputSize | null): Partial<Preprocessing> | null {
  const parsed = v.safeParse(TimmConfig, json);
  if (!parsed.success) return null;
  const { mean, std, crop_pct, crop_mode, interpolation, ...sizes } = parsed.output;
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
    channelOrder: sizes.input_size[0] === 1 ? 'grey' : 'RGB',
  };
}

/** A border in a mode of its own has the mean colour; else it is black. */
function fitOf(cropMode: string, mean: readonly number[]): Pick<Preprocessing, 'fit' | 'padColor'> {
  if (cropMode !== 'border') return { fit: cropMode === 'squash' ? 'squash' : 'crop', padColor: [0, 0, 0] };
  const [red = 0, green = red, blue = red] = mean.map((value) => Math.round(255 * value));
  return { fit: 'letterbox', padColor: [red, green, blue] };
}
