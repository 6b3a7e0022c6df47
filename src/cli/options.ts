import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { WeightsChoice } from '../protocol/engineApi.js';
import { type Activation, ACTIVATIONS } from '../protocol/model.js';
import { METHODS, type MethodId } from '../protocol/methods.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../protocol/picture.js';
import { CommandError } from './messages.js';

/** What is said of a model. */
export interface ModelArguments {
  readonly model: string;
  /** Paths as the user gave them; null for the model's own weights. */
  readonly weights: WeightsChoice | null;
  /** File with values of the setting `relevanceCam.models`. */
  readonly settings: string | null;
  /** Name of the output of one value per class. */
  readonly output: string | null;
  readonly activation: Activation | null;
}

/** The values of each option, in the order given; an option that was not given is absent. */
export type Values = Readonly<Record<string, readonly string[]>>;

/** The options that `modelArguments` reads. */
export const OF_MODEL = ['model', 'weights', 'reference', 'settings', 'output', 'activation'];

export function modelArguments(values: Values): ModelArguments {
  return {
    model: required(values, 'model'),
    weights: weightsOf(values),
    settings: optional(values, 'settings'),
    output: optional(values, 'output'),
    activation: activationOf(values['activation']?.[0]),
  };
}

function weightsOf(values: Values): WeightsChoice | null {
  const file = optional(values, 'weights');
  const reference = optional(values, 'reference');
  if (file === null && reference !== null) throw new CommandError('--reference needs --weights; see --help.');
  return file === null ? null : { file, reference };
}

function activationOf(word: string | undefined): Activation | null {
  return word === undefined ? null : oneOf('activation', ACTIVATIONS, word);
}

/** @throws CommandError */
export function oneOf<T extends string>(name: string, known: readonly T[], word: string): T {
  const found = known.find((one) => one === word.toLowerCase());
  if (found === undefined)
    throw new CommandError(`--${name} must be one of ${known.join(', ')}, not ${word || 'empty'}.`);
  return found;
}

export function methodOf(word: string): MethodId {
  const method = METHODS.find((id) => id === word.toLowerCase());
  if (!method) throw new CommandError(`There is no method ${word}. The methods are ${METHODS.join(', ')}.`);
  return method;
}

export function megapixelsOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_MAX_MEGAPIXELS;
  const limit = Number(text);
  if (!(limit > 0)) throw new CommandError(`--max-megapixels must be a number above 0, not ${text}.`);
  return limit;
}

export function optional(values: Values, name: string): string | null {
  return values[name]?.[0] ?? null;
}

export function required(values: Values, name: string): string {
  const [value] = values[name] ?? [];
  if (value === undefined) throw new CommandError(`--${name} is missing; see --help.`);
  return value;
}

/**
 * The values of options.
 * @param single options of which the last counts
 * @param repeatable options of which all count
 * @throws CommandError
 */
export function optionsOf(
  words: readonly string[],
  single: readonly string[],
  repeatable: readonly string[] = [],
): Values {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const name of single) options[name] = { type: 'string' };
  for (const name of repeatable) options[name] = { type: 'string', multiple: true };
  try {
    const { values } = parseArgs({ args: [...words], options, strict: true, allowPositionals: false });
    const entries = Object.entries(values).map(
      ([name, value]) => [name, checkedValues(name, value)] as const,
    );
    return Object.fromEntries(entries);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    // Its value is missing, or the next option stands in its place.
    const name = /^Option '(?:-\w, )?(--[\w-]+).*' argument (?:missing|is ambiguous)/.exec(
      cause.message,
    )?.[1];
    if (name !== undefined) throw new CommandError(`${name} needs a value; see --help.`, { cause });
    throw new CommandError(`${cause.message.split(/\.(?:\s|$)/)[0] ?? ''}; see --help.`, { cause });
  }
}

function checkedValues(name: string, value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.map((one) => {
    if (typeof one !== 'string' || one === '') throw new CommandError(`--${name} needs a value; see --help.`);
    return one;
  });
}

/** Values separated by commas or words, each once; null where the option was not given. */
export function choices<T>(values: Values, name: string, choiceOf: (word: string) => T): readonly T[] | null {
  const words = values[name]?.flatMap((value) => value.split(',')).map((word) => word.trim());
  return words === undefined ? null : [...new Set(words.filter((word) => word !== '').map(choiceOf))];
}

/** @throws CommandError */
export function wholeNumber(values: Values, name: string, least: number): number {
  const text = required(values, name);
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > 0xffffffff)
    throw new CommandError(`--${name} must be a whole number from ${least}, not ${text || 'empty'}.`);
  return number;
}
