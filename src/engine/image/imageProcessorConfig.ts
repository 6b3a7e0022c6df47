import * as v from 'valibot';
import type { Preprocessing } from '../../protocol/model.js';

const pixels = v.pipe(v.number(), v.integer(), v.minValue(1));
const flag = v.nullish(v.boolean());
const perChannel = v.optional(v.union([v.array(v.number()), v.number()]));
const Size = v.union([
  v.object({ height: pixels, width: pixels }),
  v.object({ shortest_edge: pixels }),
  pixels,
]);
type Size = v.InferOutput<typeof Size>;

/** The keys of `preprocessor_config.json` (Hugging Face's image processors) that bear on classification. */
const ImageProcessorConfig = v.object({
  size: Size,
  crop_size: v.nullish(Size),
  crop_pct: v.nullish(v.pipe(v.number(), v.minValue(0.1), v.maxValue(1))),
  resample: v.nullish(v.number()),
  rescale_factor: v.nullish(v.number()),
  image_mean: perChannel,
  image_std: perChannel,
  do_center_crop: flag,
  do_rescale: flag,
  do_normalize: flag,
  do_flip_channel_order: flag,
  rescale_offset: flag,
});
type ImageProcessorConfig = v.InferOutput<typeof ImageProcessorConfig>;

/** The values of Pillow's enumeration of filters; its two others are close to bilinear. */
const PILLOW_FILTERS = ['nearest', 'lanczos', 'bilinear', 'bicubic'] as const;

/** ConvNeXt's image processor crops below this size and squashes from it on. */
const CONVNEXT_SQUASH_SIZE = 384;

/** What an image processor's configuration says; null where the JSON is none. */
export function fromImageProcessor(json: unknown): Partial<Preprocessing> | null {
  const parsed = v.safeParse(ImageProcessorConfig, json);
  if (!parsed.success) return null;
  const config = parsed.output;
  return {
    ...fitOf(config),
    ...normalizationOf(config),
    interpolation: PILLOW_FILTERS[config.resample ?? 2] ?? 'bilinear',
    ...(config.do_flip_channel_order ? { channelOrder: 'BGR' } : {}),
  };
}

function fitOf({ size, crop_size, crop_pct, do_center_crop }: ImageProcessorConfig): Partial<Preprocessing> {
  const edge = shorterEdge(size);
  if (crop_pct) {
    const input = { inputWidth: edge, inputHeight: edge };
    if (edge >= CONVNEXT_SQUASH_SIZE) return { fit: 'squash', ...input };
    return { fit: 'crop', resize: Math.floor(edge / crop_pct), ...input };
  }
  // A lone number or a shortest edge keeps the proportions where a crop follows; height and width never do.
  if (do_center_crop && crop_size) return { fit: 'crop', resize: edge, ...inputOf(crop_size) };
  return { fit: typeof size === 'object' && 'shortest_edge' in size ? 'crop' : 'squash', ...inputOf(size) };
}

function normalizationOf(config: ImageProcessorConfig): Partial<Preprocessing> {
  const low = config.rescale_offset ? -1 : 0;
  const width = config.do_rescale === false ? 255 : 255 * (config.rescale_factor ?? 1 / 255);
  const range = [low, low + width] as const;
  const { image_mean: mean, image_std: std } = config;
  const known = config.do_normalize !== false && mean !== undefined && std !== undefined;
  return known ? { range, mean: [mean].flat(), std: [std].flat() } : { range };
}

function inputOf(size: Size): Pick<Preprocessing, 'inputWidth' | 'inputHeight'> {
  if (typeof size === 'object' && 'height' in size)
    return { inputWidth: size.width, inputHeight: size.height };
  const edge = shorterEdge(size);
  return { inputWidth: edge, inputHeight: edge };
}

function shorterEdge(size: Size): number {
  if (typeof size === 'number') return size;
  return 'shortest_edge' in size ? size.shortest_edge : Math.min(size.height, size.width);
}
