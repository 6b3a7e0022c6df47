import * as v from 'valibot';
import { ACTIVATIONS, CHANNEL_ORDERS, FITS, INTERPOLATIONS, LAYOUTS, ROUNDINGS } from './model.js';

const MAX_SIDE = 16384;

const side = v.pipe(
  v.number('a whole number of pixels is needed'),
  v.integer('a whole number of pixels is needed'),
  v.minValue(1, 'at least 1 pixel is needed'),
  v.maxValue(MAX_SIDE, `at most ${MAX_SIDE} pixels are possible`),
);
const finite = v.pipe(v.number('a number is needed'), v.finite('a finite number is needed'));
const flag = v.boolean('true or false is needed');
const byte = v.pipe(
  v.number('a whole number from 0 to 255 is needed'),
  v.integer('a whole number from 0 to 255 is needed'),
  v.minValue(0, 'at least 0 is needed'),
  v.maxValue(255, 'at most 255 is possible'),
);
const positive = v.pipe(finite, v.gtValue(0, 'its numbers must be greater than 0'));

/** What a user may say of a model in the setting `relevanceCam.models`; package.json says the same to the editor. */
export const MODEL_SETTINGS = v.strictObject({
  fit: v.exactOptional(oneOf(FITS)),
  resize: v.exactOptional(side),
  inputWidth: v.exactOptional(side),
  inputHeight: v.exactOptional(side),
  interpolation: v.exactOptional(oneOf(INTERPOLATIONS)),
  antialias: v.exactOptional(flag),
  rounding: v.exactOptional(oneOf(ROUNDINGS)),
  padColor: v.exactOptional(
    v.pipe(
      v.strictTuple([byte, byte, byte], 'three numbers are needed: red, green and blue from 0 to 255'),
      v.readonly(),
    ),
  ),
  orientation: v.exactOptional(flag),
  bitDepth: v.exactOptional(
    v.pipe(
      v.number('a whole number of bits is needed'),
      v.integer('a whole number of bits is needed'),
      v.minValue(8, 'at least 8 bits are needed'),
      v.maxValue(16, 'at most 16 bits are possible'),
    ),
  ),
  floatRange: v.exactOptional(twoNumbers('two numbers are needed: the values of black and of white')),
  range: v.exactOptional(twoNumbers('two numbers are needed: what a pixel of 0 and of 255 become')),
  mean: v.exactOptional(perChannel(finite)),
  std: v.exactOptional(perChannel(positive)),
  channelOrder: v.exactOptional(oneOf(CHANNEL_ORDERS)),
  layout: v.exactOptional(oneOf(LAYOUTS)),
  /** File with one label per line or a JSON array or object, relative to the model. */
  labels: v.exactOptional(v.pipe(v.string('a file name is needed'), v.nonEmpty('a file name is needed'))),
  /** Name of the input that the picture goes into, where a model has several. */
  input: v.exactOptional(v.string('the name of an input is needed')),
  /**
   * What the other inputs are fed instead of zeros, by name: a number, a list in C order, or a .npy file relative to the
   * model.
   */
  inputs: v.exactOptional(
    v.pipe(
      v.record(
        v.string(),
        v.union(
          [finite, v.pipe(v.array(finite), v.readonly()), v.string()],
          'numbers or the name of a .npy file are needed',
        ),
        'values by the names of inputs are needed',
      ),
      v.readonly(),
    ),
  ),
  /** Name of the output of one value per class, where a model has several. */
  output: v.exactOptional(v.string('the name of an output is needed')),
  /** What the output's values are, where neither the model nor `config.json` beside it says. */
  activation: v.exactOptional(oneOf(ACTIVATIONS)),
});

export type ModelSettings = Readonly<v.InferOutput<typeof MODEL_SETTINGS>>;

function twoNumbers(message: string) {
  return v.pipe(
    v.strictTuple([finite, finite], message),
    v.check(([low, high]) => low !== high, 'its two numbers must differ'),
    v.readonly(),
  );
}

function oneOf<const T extends readonly string[]>(values: T): v.PicklistSchema<T, string> {
  return v.picklist(values, `one of ${values.join(', ')} is needed`);
}

/** For three channels, or for grey. */
function perChannel<const T extends v.GenericSchema<number>>(value: T) {
  const message = 'one number per channel is needed: 3, or 1 for grey';
  const numbers = (count: number) => v.pipe(v.array(value), v.length(count, message));
  return v.pipe(v.union([numbers(1), numbers(3)], message), v.readonly());
}
