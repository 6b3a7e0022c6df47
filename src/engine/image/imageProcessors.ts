import type { Preprocessing } from '../../protocol/model.js';
import { type ImageProcessor, type ImageProcessorKeys, nameOf, type Size } from './imageProcessorKeys.js';
import * as presets from './presets.js';

/** How a class of image processors reads its file. */
export interface ProcessorClass {
  /** What it takes for keys that the file leaves out. */
  readonly defaults: Partial<ImageProcessorKeys>;
  /** What it takes whatever the file says. */
  readonly always?: Partial<ImageProcessorKeys>;
  readonly fit: (config: ImageProcessor) => Partial<Preprocessing>;
}

const square = (edge: number): Size => ({ height: edge, width: edge });
const shortest = (edge: number): Size => ({ shortest_edge: edge });

const STANDARD = { image_mean: 0.5, image_std: 0.5 };
const IMAGENET = { image_mean: [...presets.IMAGENET.mean], image_std: [...presets.IMAGENET.std] };
const CLIP = { image_mean: [...presets.CLIP.mean], image_std: [...presets.CLIP.std] };
/** Of blue, green and red. */
const PPLCNET = {
  image_mean: IMAGENET.image_mean.toReversed(),
  image_std: IMAGENET.image_std.toReversed(),
};
/** Pillow's numbers of its filters. */
const BILINEAR = { resample: 2 };
const BICUBIC = { resample: 3 };
const CUT = { crop_size: square(224) };
const CROP = { do_center_crop: true, ...CUT };

const VIT: ProcessorClass = {
  defaults: { size: square(224), ...BILINEAR, ...STANDARD },
  fit: squashedThenCut,
};

/** By the name of the class without its ending: transformers' `DeiTImageProcessor`, `DeiTFeatureExtractor`. */
const CLASSES: ReadonlyMap<string, ProcessorClass> = new Map<string, ProcessorClass>([
  ['ViT', VIT],
  ['Gemma3', VIT],
  ['Segformer', { defaults: { size: square(512), ...BILINEAR, ...IMAGENET }, fit: squashed }],
  ['Pvt', { defaults: { size: square(224), ...BICUBIC, ...IMAGENET }, fit: squashedThenCut }],
  // DINOv3's, where the centre is not cut out.
  ['DINOv3ViT', { defaults: { size: square(224), ...BILINEAR, ...IMAGENET }, fit: squashedThenCut }],
  ['Blip', { defaults: { size: square(384), ...BICUBIC, ...CLIP }, fit: squashed }],
  ['Beit', { defaults: { size: square(224), ...CUT, ...BICUBIC, ...STANDARD }, fit: squashedThenCut }],
  ['DeiT', { defaults: { size: square(256), ...CROP, ...BICUBIC, ...STANDARD }, fit: squashedThenCut }],
  ['MobileNetV2', { defaults: { size: shortest(256), ...CROP, ...BILINEAR, ...STANDARD }, fit: cut }],
  ['MobileNetV1', { defaults: { size: shortest(256), ...CROP, ...BILINEAR, ...STANDARD }, fit: cut }],
  ['Siglip', { defaults: { size: square(224), ...BICUBIC, ...STANDARD }, fit: cut }],
  ['CLIP', { defaults: { size: shortest(224), ...CROP, ...BICUBIC, ...CLIP }, fit: cut }],
  ['ChineseCLIP', { defaults: { size: shortest(224), ...CROP, ...BICUBIC, ...CLIP }, fit: cut }],
  ['ViTHybrid', { defaults: { size: shortest(224), ...CROP, ...BICUBIC, ...CLIP }, fit: cut }],
  [
    'EfficientFormer',
    { defaults: { size: square(224), ...CROP, ...BICUBIC, ...IMAGENET }, fit: squashedThenCut },
  ],
  ['Bit', { defaults: { size: shortest(224), ...CROP, ...BICUBIC, ...CLIP }, fit: cut }],
  ['TextNet', { defaults: { size: shortest(640), ...BILINEAR, ...IMAGENET }, fit: whole }],
  ['Levit', { defaults: { size: shortest(224), ...CROP, ...BICUBIC, ...IMAGENET }, fit: enlargedThenCut }],
  [
    'PoolFormer',
    { defaults: { size: shortest(224), ...CROP, crop_pct: 0.9, ...BICUBIC, ...IMAGENET }, fit: poolFormer },
  ],
  ['ConvNext', { defaults: { size: shortest(384), ...BICUBIC, ...STANDARD }, fit: convNext }],
  [
    'Perceiver',
    {
      defaults: { size: square(224), ...CROP, crop_size: square(256), ...BICUBIC, ...IMAGENET },
      fit: cutThenResized,
    },
  ],
  [
    'EfficientNet',
    { defaults: { size: square(346), include_top: true, ...BICUBIC, ...STANDARD }, fit: squashedThenCut },
  ],
  [
    'MobileViT',
    {
      defaults: {
        ...{ size: shortest(224), ...CROP, crop_size: square(256), ...BICUBIC },
        do_flip_channel_order: true,
      },
      always: { do_normalize: false },
      fit: cut,
    },
  ],
  [
    'PPLCNet',
    {
      defaults: { size: square(256), resize_short: 256, ...CROP, ...BILINEAR, ...PPLCNET },
      always: { do_flip_channel_order: true },
      fit: (config) => ({
        ...squashedThenCut(config.resize_short ? { ...config, size: shortest(config.resize_short) } : config),
        rounding: 'paddle',
      }),
    },
  ],
  ['Donut', { defaults: { size: { height: 2560, width: 1920 }, ...BILINEAR, ...STANDARD }, fit: onBlack }],
]);

/** Where nothing else is known. A lone number keeps the proportions where a crop follows. */
const UNKNOWN: ProcessorClass = {
  defaults: {},
  fit: (config) =>
    config.crop_pct ? convNext(config) : config.do_center_crop ? cut(config) : squashed(config),
};

/** The class that a file names. */
export function processorClass(name: string): ProcessorClass {
  return CLASSES.get(withoutEnding(name)) ?? UNKNOWN;
}

function withoutEnding(name: string): string {
  return name.replace(/(ImageProcessor(Pil|Fast)?|FeatureExtractor)$/, '');
}

/** Siglip2 makes patches of any proportions, ImageGPT the numbers of colours. */
const NO_PICTURES = new Set(['Siglip2', 'ImageGPT']);

/** Whether a class makes something else of pictures than one of the input's size, turns them, or cuts a part out of them unresized. */
export function makesNoPicture(keys: ImageProcessorKeys): boolean {
  const isCutAsItIs = keys.do_resize === false && keys.do_center_crop === true;
  return NO_PICTURES.has(withoutEnding(nameOf(keys))) || keys.do_align_long_axis === true || isCutAsItIs;
}

/** TextNet takes whole pictures of nearly any proportions: those of the input. */
function whole({ size }: ImageProcessor): Partial<Preprocessing> {
  return { fit: 'squash', ...inputOf(size) };
}

/** Height and width never keep the proportions; a shortest edge always does. */
function squashed({ size }: ImageProcessor): Partial<Preprocessing> {
  return { fit: isShortest(size) ? 'crop' : 'squash', resize: edgeOf(size), ...inputOf(size) };
}

/** A lone number stands for both sides. */
function squashedThenCut(config: ImageProcessor): Partial<Preprocessing> {
  const { size, crop_size, do_center_crop } = config;
  if (!do_center_crop || !crop_size) return squashed(config);
  return { fit: isShortest(size) ? 'crop' : 'squash', resize: edgeOf(size), ...inputOf(crop_size) };
}

/** A lone number stands for the shorter side. */
function cut(config: ImageProcessor): Partial<Preprocessing> {
  const { size } = config;
  return squashedThenCut({ ...config, size: typeof size === 'number' ? shortest(size) : size });
}

function enlargedThenCut(config: ImageProcessor): Partial<Preprocessing> {
  const { size } = config;
  const isFixed = typeof size === 'object' && 'height' in size;
  return cut({ ...config, size: isFixed ? size : shortest(Math.floor((256 / 224) * edgeOf(size))) });
}

function poolFormer(config: ImageProcessor): Partial<Preprocessing> {
  const { size, crop_pct } = config;
  return cut({ ...config, size: crop_pct ? shortest(Math.floor(edgeOf(size) / crop_pct)) : size });
}

/** ConvNeXt's processor crops below this size and squashes from it on. */
const CONVNEXT_SQUASH_SIZE = 384;
const CONVNEXT_SHARE = 224 / 256;

function convNext({ size, crop_pct }: ImageProcessor): Partial<Preprocessing> {
  const edge = edgeOf(size);
  const input = inputOf(edge);
  if (edge >= CONVNEXT_SQUASH_SIZE) return { fit: 'squash', resize: edge, ...input };
  return { fit: 'crop', resize: Math.floor(edge / (crop_pct ?? CONVNEXT_SHARE)), ...input };
}

/** Perceiver cuts out size / crop_size of the shorter side and resizes that. */
function cutThenResized(config: ImageProcessor): Partial<Preprocessing> {
  const { size, crop_size, do_center_crop } = config;
  if (!do_center_crop || !crop_size) return squashed(config);
  return { fit: 'cut', resize: edgeOf(crop_size), ...inputOf(size) };
}

/** The whole picture in the middle of a black one. Where Donut resizes twice, its pixels are some levels smoother. */
function onBlack({ size }: ImageProcessor): Partial<Preprocessing> {
  return { fit: 'letterbox', ...inputOf(size) };
}

function isShortest(size: Size): boolean {
  return typeof size === 'object' && 'shortest_edge' in size;
}

function inputOf(size: Size): Pick<Preprocessing, 'inputWidth' | 'inputHeight'> {
  if (typeof size === 'object' && 'height' in size)
    return { inputWidth: size.width, inputHeight: size.height };
  const edge = edgeOf(size);
  return { inputWidth: edge, inputHeight: edge };
}

function edgeOf(size: Size): number {
  if (typeof size === 'number') return size;
  return 'shortest_edge' in size ? size.shortest_edge : Math.max(size.height, size.width);
}
