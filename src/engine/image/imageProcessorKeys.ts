import * as v from 'valibot';
import { Side } from './geometry.js';

const flag = v.nullish(v.boolean());
const perChannel = v.nullish(v.union([v.array(v.number()), v.number()]));
const Size = v.union([
  v.object({ height: Side, width: Side }),
  v.object({ shortest_edge: Side }),
  Side,
  v.pipe(
    v.strictTuple([Side, Side]),
    v.transform(([height, width]) => ({ height, width })),
  ),
]);
export type Size = v.InferOutput<typeof Size>;

/** The keys of `preprocessor_config.json` (Hugging Face's image processors) that bear on classification. */
export const ImageProcessorKeys = v.object({
  image_processor_type: v.nullish(v.string()),
  feature_extractor_type: v.nullish(v.string()),
  /** Bounds that a picture is to stay within say nothing of an input of one size. */
  size: v.fallback(v.nullish(Size), null),
  crop_size: v.fallback(v.nullish(Size), null),
  crop_pct: v.nullish(v.pipe(v.number(), v.minValue(0.1), v.maxValue(1))),
  /** PP-LCNet's: the shorter side, over `size`. */
  resize_short: v.nullish(Side),
  resample: v.nullish(v.number()),
  rescale_factor: v.nullish(v.number()),
  image_mean: perChannel,
  image_std: perChannel,
  do_resize: flag,
  do_center_crop: flag,
  do_rescale: flag,
  do_normalize: flag,
  do_flip_channel_order: flag,
  rescale_offset: flag,
  include_top: flag,
  do_align_long_axis: flag,
});
export type ImageProcessorKeys = v.InferOutput<typeof ImageProcessorKeys>;

/** The class of image processors; '' where none is named. */
export function nameOf({ image_processor_type, feature_extractor_type }: ImageProcessorKeys): string {
  return image_processor_type ?? feature_extractor_type ?? '';
}

/** The same with a size, which every processor has. */
export type ImageProcessor = ImageProcessorKeys & { readonly size: Size };
