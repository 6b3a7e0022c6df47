import * as v from 'valibot';
import type { Preprocessing } from '../../protocol/model.js';
import { jsonBeside } from './besideModel.js';
import { ImageProcessorKeys, nameOf } from './imageProcessorKeys.js';
import { makesNoPicture, processorClass } from './imageProcessors.js';

/**
 * The image processor's configuration beside a model; null where there is none. That within the
 * configuration of a model of several modalities goes first, as transformers has it.
 * @throws cannotRead
 */
export async function processorBeside(model: string): Promise<unknown> {
  const whole = v.safeParse(WholeProcessor, await jsonBeside(model, 'processor_config.json'));
  return whole.success ? whole.output.image_processor : jsonBeside(model, 'preprocessor_config.json');
}

const WholeProcessor = v.object({ image_processor: v.looseObject({}) });

/** The values of Pillow's enumeration of filters. */
const PILLOW_FILTERS = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const;

/** What an image processor's configuration says, read as its class does; null where the JSON is none. */
export function fromImageProcessor(json: unknown): Partial<Preprocessing> | null {
  const parsed = v.safeParse(ImageProcessorKeys, json);
  if (!parsed.success || makesNoPicture(parsed.output)) return null;
  const name = nameOf(parsed.output);
  const { defaults, always, fit } = processorClass(name);
  const config = { ...defaults, ...given(parsed.output), ...always };
  const { size } = config;
  // Of sounds there is neither.
  if (!size && !config.image_mean) return null;
  return {
    rounding: 'transformers',
    padColor: [0, 0, 0],
    // A picture that is not resized has to have the input's size.
    ...(config.do_resize === false ? { fit: 'squash' } : size ? fit({ ...config, size }) : {}),
    ...normalizationOf(config),
    interpolation: PILLOW_FILTERS[config.resample ?? 2] ?? 'bilinear',
    ...(config.do_flip_channel_order ? { channelOrder: 'BGR' } : {}),
  };
}

/** The class that a configuration names whose work is no picture of the input's size; null for any other. */
export function unreadProcessor(json: unknown): string | null {
  const parsed = v.safeParse(ImageProcessorKeys, json);
  return parsed.success && makesNoPicture(parsed.output) ? nameOf(parsed.output) : null;
}

/** Keys of which null says that this is not done; of others null is as if they were left out. */
const OPTIONAL: readonly string[] = ['crop_pct', 'resize_short'] satisfies (keyof ImageProcessorKeys)[];

function given(keys: ImageProcessorKeys): Partial<ImageProcessorKeys> {
  return Object.fromEntries(
    Object.entries(keys).filter(
      ([key, value]) => value !== undefined && (value !== null || OPTIONAL.includes(key)),
    ),
  );
}

function normalizationOf(config: Partial<ImageProcessorKeys>): Partial<Preprocessing> {
  const low = config.rescale_offset ? -1 : 0;
  const width = config.do_rescale === false ? 255 : 255 * (config.rescale_factor ?? 1 / 255);
  const range = [low, low + width] as const;
  const { image_mean: mean, image_std: std } = config;
  if (mean === null || mean === undefined || std === null || std === undefined) return { range };
  const means = config.do_normalize === false ? [0] : [mean].flat();
  // EfficientNet divides by it once more for its classifier.
  const times = (config.do_normalize === false ? 0 : 1) + (config.include_top ? 1 : 0);
  const stds = [std].flat().map((value) => value ** times);
  // Channels are turned round after they were normalised.
  const turned = config.do_flip_channel_order === true;
  return { range, mean: turned ? means.toReversed() : means, std: turned ? stds.toReversed() : stds };
}
