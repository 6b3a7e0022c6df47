import type { Preprocessing, PreprocessingSource } from '../../protocol/model.js';
import type { ModelSettings } from '../../protocol/modelSettings.js';
import { fail } from '../failure.js';
import { jsonBeside, textBeside } from './besideModel.js';
import { geometryOf, type InputGeometry, type InputSize } from './geometry.js';
import { fromImageProcessor, processorBeside, unreadProcessor } from './imageProcessorConfig.js';
import { IMAGENET, MINUS_ONE_TO_ONE, USUAL_LOADING, ZERO_TO_ONE } from './presets.js';
import { type Metadata, preprocessingOfMetadata } from './modelMetadata.js';
import { checkSettings } from './settings.js';
import { preprocessingOfPaddle } from './paddleConfig.js';
import { fromTimm } from './timmConfig.js';

export interface ResolvedPreprocessing {
  readonly preprocessing: Preprocessing;
  readonly source: PreprocessingSource;
}

/** Below this size a picture is usually squashed as a whole, as thumbnails are; from it on its centre is cut out. */
const CROP_FROM = 128;

/**
 * How pictures become the input of a model, from what the user says of it, over what was published with it, over
 * what its shapes suggest.
 * @param inputShape fixed, NCHW or NHWC
 * @param takes the values that a model takes which normalises inside
 * @param metadata what the model file says of itself, which goes before what lies beside it
 * @throws badSetting; noImageInput where the input takes neither 1 nor 3 channels; unreadProcessor where nothing but a class
 * whose work cannot be done here says how; cannotRead
 */
export async function resolvePreprocessing(
  model: string,
  inputShape: readonly number[],
  classCount: number,
  userSettings: ModelSettings,
  takes: Pick<Preprocessing, 'range' | 'channelOrder'> | null = null,
  metadata: Metadata = new Map(),
): Promise<ResolvedPreprocessing> {
  const { preprocessing: settings } = checkSettings(model, userSettings);
  const geometry = inputGeometry(model, inputShape, settings.layout);
  checkAgainstInput(model, settings, geometry);
  const suggested = { ...suggestion(geometry, classCount), ...(takes && { ...takes, mean: [0], std: [1] }) };
  if (Object.keys(settings).length === 0) await checkProcessor(model);
  const published = await publishedPreprocessing(model, geometry);
  const applies = published !== null && mismatch(published, geometry.channels) === null;
  const { channels, ...fixed } = geometry;
  const found = applies ? merge(suggested, whole(published, fixed)) : suggested;
  const said = preprocessingOfMetadata(metadata);
  const saysSo = said !== null && mismatch(said, channels) === null;
  const ofFile = saysSo ? merge(found, said.fit ? { resize: longerOf(fixed), ...said } : said) : found;
  const merged = merge(ofFile, whole(settings, fixed));
  const preprocessing = {
    ...merged,
    ...fixed,
    mean: spread(merged.mean, channels),
    std: spread(merged.std, channels),
  };
  const unset = saysSo ? 'model file' : applies ? 'file beside the model' : 'model';
  const source = Object.keys(settings).length > 0 ? 'setting' : unset;
  return { preprocessing, source };
}

/**
 * The input size to fix a model to that takes any: the user's, else the published one; null where nobody says.
 * @throws badSetting, cannotRead
 */
export async function preferredInputSize(
  model: string,
  userSettings: ModelSettings,
): Promise<InputSize | null> {
  const { preprocessing: settings } = checkSettings(model, userSettings);
  const named =
    settings.inputWidth || settings.inputHeight ? settings : await publishedPreprocessing(model, null);
  const inputWidth = named?.inputWidth ?? named?.inputHeight;
  const inputHeight = named?.inputHeight ?? named?.inputWidth;
  return inputWidth && inputHeight ? { inputWidth, inputHeight } : null;
}

/** @throws badSetting, noImageInput */
function inputGeometry(
  model: string,
  shape: readonly number[],
  layout?: Preprocessing['layout'],
): InputGeometry {
  const geometry = geometryOf(shape, layout);
  if (geometry) return geometry;
  const sizes = shape.join(' × ');
  if (layout && geometryOf(shape)) {
    throw fail('badSetting', { setting: 'layout', file: model, reason: `the model's input is ${sizes}` });
  }
  throw fail('noImageInput', { file: model, inputs: sizes });
}

/** @param input the model's own size, where that is known */
async function publishedPreprocessing(
  model: string,
  input: InputSize | null,
): Promise<Partial<Preprocessing> | null> {
  const processor = fromImageProcessor(await processorBeside(model));
  const found = processor ?? fromTimm(await jsonBeside(model, 'config.json'), input);
  const published = found ?? preprocessingOfPaddle((await textBeside(model, 'inference.yml')) ?? '');
  return published && input ? atSize(published, input) : published;
}

/** A model exported at another size than was published with it takes pictures in the same proportions. */
function atSize(published: Partial<Preprocessing>, input: InputSize): Partial<Preprocessing> {
  const { resize, inputWidth, inputHeight } = published;
  if (!resize || !inputWidth || !inputHeight) return published;
  const scaled = Math.floor((resize * shorterOf(input)) / shorterOf({ inputWidth, inputHeight }));
  return { ...published, resize: scaled };
}

function longerOf({ inputWidth, inputHeight }: InputSize): number {
  return Math.max(inputWidth, inputHeight);
}

function shorterOf({ inputWidth, inputHeight }: InputSize): number {
  return Math.min(inputWidth, inputHeight);
}

/** @throws unreadProcessor, cannotRead */
async function checkProcessor(model: string): Promise<void> {
  const processor = unreadProcessor(await processorBeside(model));
  if (processor !== null) throw fail('unreadProcessor', { file: model, processor });
}

/** What a model with such an input and so many classes was most probably trained with. */
function suggestion(
  { channels, layout, inputWidth, inputHeight }: InputGeometry,
  classCount: number,
): Preprocessing {
  const isCropped = inputWidth >= CROP_FROM && inputWidth === inputHeight && channels === 3;
  const fitting = {
    fit: isCropped ? 'crop' : 'squash',
    resize: isCropped ? Math.round((inputWidth * 256) / 224) : Math.max(inputWidth, inputHeight),
    inputWidth,
    inputHeight,
    ...USUAL_LOADING,
    layout,
  } as const;
  if (channels === 1)
    return { ...fitting, range: ZERO_TO_ONE.range, mean: [0], std: [1], channelOrder: 'grey' };
  // A background class and channels last are TensorFlow's habits.
  const { range, mean, std, channelOrder } =
    classCount === 1001 || layout === 'NHWC' ? MINUS_ONE_TO_ONE : IMAGENET;
  return { ...fitting, range, mean, std, channelOrder };
}

/** Whoever names another fit than a crop and no `resize` means the whole picture. */
function whole(over: Partial<Preprocessing>, input: InputSize): Partial<Preprocessing> {
  const isWhole = over.fit !== undefined && over.fit !== 'crop';
  return isWhole ? { resize: longerOf(input), ...over } : over;
}

/** Range, mean and std are one normalisation: naming one of them sets the others to what leaves values alone. */
function merge(base: Preprocessing, over: Partial<Preprocessing>): Preprocessing {
  const { range, mean, std } = over;
  if (range ?? mean ?? std) {
    // A mean above 1 can only be meant for 0 … 255.
    const usual = mean?.some((value) => value > 1) ? ([0, 255] as const) : ([0, 1] as const);
    return { ...base, ...over, range: range ?? usual, mean: mean ?? [0], std: std ?? [1] };
  }
  const turned = over.channelOrder !== undefined && over.channelOrder !== base.channelOrder;
  return turned
    ? { ...base, ...over, mean: base.mean.toReversed(), std: base.std.toReversed() }
    : { ...base, ...over };
}

/** @throws badSetting where the user's values contradict the input */
function checkAgainstInput(model: string, settings: Partial<Preprocessing>, geometry: InputGeometry): void {
  const { channels, inputWidth, inputHeight } = geometry;
  const wrong = (setting: string, reason: string): Error =>
    fail('badSetting', { setting, file: model, reason });
  if ((settings.inputWidth ?? inputWidth) !== inputWidth) {
    throw wrong('inputWidth', `the model's input is ${inputWidth} pixels wide`);
  }
  if ((settings.inputHeight ?? inputHeight) !== inputHeight) {
    throw wrong('inputHeight', `the model's input is ${inputHeight} pixels high`);
  }
  const setting = mismatch(settings, channels);
  if (setting)
    throw wrong(setting, `the model's input has ${channels} ${channels === 1 ? 'channel' : 'channels'}`);
}

/** The value that is meant for another number of channels; null where all fit. */
function mismatch(
  { channelOrder, mean, std }: Partial<Preprocessing>,
  channels: 1 | 3,
): keyof Preprocessing | null {
  if (channelOrder && (channelOrder === 'grey') !== (channels === 1)) return 'channelOrder';
  if (mean && mean.length !== 1 && mean.length !== channels) return 'mean';
  return std && std.length !== 1 && std.length !== channels ? 'std' : null;
}

function spread(values: readonly number[], channels: number): readonly number[] {
  return values.length === channels ? values : Array.from({ length: channels }, () => values[0] ?? 0);
}
