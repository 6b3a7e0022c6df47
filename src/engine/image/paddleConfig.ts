import * as v from 'valibot';
import { INTERPOLATIONS, type Preprocessing } from '../../protocol/model.js';
import { Side } from './geometry.js';
import { labelsOfJson } from './labelForms.js';
import { IMAGENET } from './presets.js';
import { parseYaml } from './yaml.js';

/** The class names in PaddleX's `inference.yml`; null where there are none. */
export function labelsOfPaddle(text: string): readonly string[] | null {
  // All scalars are texts: a class may be called 1 or null.
  const yaml = parseYaml(text, 'texts');
  const labels = labelsOfJson(valueUnder('label_list', yaml));
  if (labels !== null) return labels;
  const parsed = v.safeParse(TwoLabels, valueUnder('ThreshOutput', yaml));
  return parsed.success ? [parsed.output.label_0, parsed.output.label_1] : null;
}

/** How PaddleX's `inference.yml` has pictures prepared; null where it does not say. */
export function preprocessingOfPaddle(text: string): Partial<Preprocessing> | null {
  const parsed = v.safeParse(Operations, valueUnder('transform_ops', parseYaml(text, 'json')));
  if (!parsed.success) return null;
  const { ReadImage, DecodeImage, ResizeImage, CropImage, NormalizeImage } = parsed.output;
  return {
    ...fitOf(ResizeImage, CropImage?.size),
    interpolation: ResizeImage.interpolation,
    antialias: ResizeImage.backend === 'pil',
    rounding: 'paddle',
    ...(NormalizeImage ? normalisationOf(NormalizeImage) : { range: [0, 255] }),
    channelOrder: ReadImage.format === 'BGR' || !DecodeImage.to_rgb ? 'BGR' : 'RGB',
  };
}

function fitOf(
  { resize_short: shorter, size }: v.InferOutput<typeof ResizeImage>,
  crop: Size | undefined,
): Partial<Preprocessing> {
  const input = crop ?? size;
  return {
    fit: shorter ? 'crop' : 'squash',
    ...(shorter ? { resize: shorter } : size ? { resize: Math.max(...size) } : {}),
    ...(input ? { inputWidth: input[0], inputHeight: input[1] } : {}),
  };
}

function normalisationOf({ scale, mean, std }: v.InferOutput<typeof NormalizeImage>): Partial<Preprocessing> {
  return { range: [0, 255 * scale], mean, std };
}

/** Of a classifier that says whether something is there. */
const TwoLabels = v.object({ label_0: v.string(), label_1: v.string() });

/** Width before height. */
const Size = v.union([
  v.pipe(
    Side,
    v.transform((edge): [number, number] => [edge, edge]),
  ),
  v.tuple([Side, Side]),
]);
type Size = v.InferOutput<typeof Size>;
/** As a number or written out: `1.0/255.0`. */
const Scale = v.union([
  v.number(),
  v.pipe(
    v.string(),
    v.transform((quotient) => quotient.split('/').map(Number)),
    v.transform(([above = NaN, below = 1]) => above / below),
    v.finite(),
  ),
]);
/** OpenCV's filters have numbers, too, and their names any capitals. */
const Filter = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((filter) =>
    typeof filter === 'number'
      ? ['nearest', 'bilinear', 'bicubic', 'area', 'lanczos'][filter]
      : filter.toLowerCase().replace('lanczos4', 'lanczos'),
  ),
  v.fallback(v.picklist(INTERPOLATIONS), 'bilinear'),
);
const ResizeImage = v.object({
  resize_short: v.nullish(Side),
  size: v.nullish(Size),
  interpolation: v.nullish(v.fallback(Filter, 'bilinear'), 'bilinear'),
  backend: v.nullish(v.string(), 'cv2'),
});
const NormalizeImage = v.object({
  scale: v.nullish(Scale, 1 / 255),
  mean: v.nullish(v.array(v.number()), [...IMAGENET.mean]),
  std: v.nullish(v.array(v.number()), [...IMAGENET.std]),
});
/** A list of operations with one key each, their name; what they leave out is PaddleClas's. */
const Operations = v.pipe(
  v.array(v.record(v.string(), v.unknown())),
  v.transform((operations): unknown => Object.assign({}, ...operations)),
  v.object({
    ReadImage: v.nullish(v.object({ format: v.nullish(v.string()) }), {}),
    DecodeImage: v.nullish(v.object({ to_rgb: v.nullish(v.boolean(), true) }), {}),
    ResizeImage: v.nullish(ResizeImage, {}),
    CropImage: v.nullish(v.object({ size: Size })),
    NormalizeImage: v.optional(v.nullable(NormalizeImage, {})),
  }),
);

/** The value of a key, however deep it stands. */
function valueUnder(key: string, yaml: unknown): unknown {
  const entries = v.safeParse(v.record(v.string(), v.unknown()), yaml);
  if (!entries.success) return undefined;
  if (key in entries.output) return entries.output[key];
  return Object.values(entries.output)
    .map((value) => valueUnder(key, value))
    .find((value) => value !== undefined);
}
