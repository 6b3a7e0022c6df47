import * as v from 'valibot';
import {
  type Activation,
  ACTIVATIONS,
  CHANNEL_ORDERS,
  FITS,
  INTERPOLATIONS,
  LAYOUTS,
  type ModelSettings,
  type Preprocessing,
} from '../../protocol/model.js';
import { fail } from '../failure.js';

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
const perChannel = v.pipe(
  v.array(finite, 'a list of one number per channel is needed'),
  v.check(
    (values) => values.length === 1 || values.length === 3,
    'one number per channel is needed: 3, or 1 for grey',
  ),
);

const Settings = v.strictObject({
  fit: v.exactOptional(oneOf(FITS)),
  resize: v.exactOptional(side),
  inputWidth: v.exactOptional(side),
  inputHeight: v.exactOptional(side),
  interpolation: v.exactOptional(oneOf(INTERPOLATIONS)),
  antialias: v.exactOptional(flag),
  padColor: v.exactOptional(
    v.strictTuple([byte, byte, byte], 'three numbers are needed: red, green and blue from 0 to 255'),
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
  mean: v.exactOptional(perChannel),
  std: v.exactOptional(
    v.pipe(
      perChannel,
      v.check((values) => values.every((value) => value > 0), 'its numbers must be greater than 0'),
    ),
  ),
  channelOrder: v.exactOptional(oneOf(CHANNEL_ORDERS)),
  layout: v.exactOptional(oneOf(LAYOUTS)),
  labels: v.exactOptional(v.pipe(v.string('a file name is needed'), v.nonEmpty('a file name is needed'))),
  input: v.exactOptional(v.string('the name of an input is needed')),
  inputs: v.exactOptional(
    v.record(
      v.string(),
      v.union([finite, v.array(finite), v.string()], 'numbers or the name of a .npy file are needed'),
      'values by the names of inputs are needed',
    ),
  ),
  output: v.exactOptional(v.string('the name of an output is needed')),
  activation: v.exactOptional(oneOf(ACTIVATIONS)),
});

export interface CheckedSettings {
  readonly preprocessing: Partial<Preprocessing>;
  readonly labels: string | null;
  /** Which input and output to take, where a model has several. */
  readonly input: string | null;
  readonly inputs: NonNullable<ModelSettings['inputs']>;
  readonly output: string | null;
  readonly activation: Activation | null;
}

/**
 * What a user wrote about a model, checked: it comes from a settings file that nobody has looked at.
 * @throws badSetting naming the first wrong value
 */
export function checkSettings(model: string, settings: unknown): CheckedSettings {
  const { labels = null, input = null, inputs = {}, output = null, ...rest } = parseSettings(model, settings);
  const { activation = null, ...preprocessing } = rest;
  return { preprocessing, labels, input, inputs, output, activation };
}

/**
 * The same as the user wrote it.
 * @throws badSetting naming the first wrong value
 */
export function parseSettings(model: string, settings: unknown): ModelSettings {
  const result = v.safeParse(Settings, settings);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const setting = v.getDotPath(issue) ?? 'relevanceCam.models';
  const reason = issue.type === 'strict_object' ? describeKey(issue) : issue.message;
  throw fail('badSetting', { setting, file: model, reason });
}

function describeKey({ expected }: { expected: string | null }): string {
  return expected === 'never' ? 'there is no setting of this name' : 'an object of settings is needed';
}

function twoNumbers(message: string) {
  return v.pipe(
    v.tuple([finite, finite], message),
    v.check(([low, high]) => low !== high, 'its two numbers must differ'),
  );
}

function oneOf<const T extends readonly string[]>(values: T): v.PicklistSchema<T, string> {
  return v.picklist(values, `one of ${values.join(', ')} is needed`);
}
