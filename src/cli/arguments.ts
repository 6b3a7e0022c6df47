import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { InputSource, WeightsChoice } from '../protocol/engineApi.js';
import { type Activation, ACTIVATIONS } from '../protocol/model.js';
import { DEFAULT_METHOD, METHODS, type MethodId } from '../protocol/methods.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../protocol/picture.js';
import { CommandError } from './messages.js';
import { namedLists, type WatchArguments } from './watch/watchArguments.js';

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

export interface ExplainArguments extends ModelArguments {
  readonly source: InputSource;
  /** None for the usual one, or the first that explains something of the model. */
  readonly methods: readonly MethodId[];
  /** Indices or names; none for the predicted class. */
  readonly classes: readonly string[];
  readonly layers: string;
  readonly top: number;
  readonly maxMegapixels: number;
  readonly json: string | null;
  readonly out: string | null;
}

export interface InspectArguments extends ModelArguments {
  /** Whether to tell how a picture would be prepared, and nothing else. */
  readonly preprocessing: boolean;
  readonly json: string | null;
}

export type Command =
  | { readonly name: 'help' | 'version' }
  | ({ readonly name: 'explain' } & ExplainArguments)
  | ({ readonly name: 'inspect' } & InspectArguments)
  | ({ readonly name: 'watch' } & WatchArguments);

/** The values of each option, in the order given; an option that was not given is absent. */
type Values = Readonly<Record<string, readonly string[]>>;

/** What follows the program's name on the command line. @throws CommandError */
export function parseCommand(words: readonly string[]): Command {
  const [name, ...rest] = words;
  if (name === undefined) throw new CommandError('Name a command: explain, inspect or watch; see --help.');
  if (words.includes('--help') || words.includes('-h') || name === 'help') return { name: 'help' };
  if (name === '--version' || name === 'version') return { name: 'version' };
  if (name === 'explain') return { name, ...explainArguments(rest) };
  if (name === 'inspect') return { name, ...inspectArguments(rest) };
  if (name === 'watch') return { name, ...watchArguments(rest) };
  throw new CommandError(
    `There is no command ${name}. The commands are explain, inspect and watch; see --help.`,
  );
}

function explainArguments(words: readonly string[]): ExplainArguments {
  const values = optionsOf(
    words,
    [...OF_MODEL, 'image', 'input', 'top', 'preprocessing', 'max-megapixels', 'json', 'out'],
    ['method', 'class', 'layers'],
  );
  if (values['settings'] && values['preprocessing'])
    throw new CommandError('--preprocessing is another name of --settings. Give one of them.');
  const methods = (values['method'] ?? []).map(methodOf);
  return {
    ...modelArguments(values),
    settings: optional(values, 'settings') ?? optional(values, 'preprocessing'),
    source: sourceOf(values),
    methods: [...new Set(methods)],
    classes: values['class'] ?? [],
    layers: values['layers']?.join(',') ?? 'all',
    top: topOf(values['top']?.[0] ?? '3'),
    maxMegapixels: megapixelsOf(values['max-megapixels']?.[0]),
    json: optional(values, 'json'),
    out: optional(values, 'out'),
  };
}

function inspectArguments(words: readonly string[]): InspectArguments {
  const flag = '--preprocessing';
  const values = optionsOf(
    words.filter((word) => word !== flag),
    [...OF_MODEL, 'json'],
  );
  return {
    ...modelArguments(values),
    preprocessing: words.includes(flag),
    json: optional(values, 'json'),
  };
}

function watchArguments(words: readonly string[]): WatchArguments {
  const flag = '--once';
  const values = optionsOf(
    namedLists(words.filter((word) => word !== flag)),
    ['graph', 'reference', 'method', 'class', 'settings', 'max-megapixels', 'json', 'out'],
    ['runs', 'images', 'layers'],
  );
  required(values, 'runs');
  required(values, 'images');
  return {
    runs: values['runs'] ?? [],
    graph: optional(values, 'graph'),
    reference: optional(values, 'reference'),
    images: values['images'] ?? [],
    method: methodOf(values['method']?.[0] ?? DEFAULT_METHOD),
    target: optional(values, 'class'),
    layers: values['layers']?.join(',') ?? 'all',
    settings: optional(values, 'settings'),
    maxMegapixels: megapixelsOf(values['max-megapixels']?.[0]),
    once: words.includes(flag),
    json: optional(values, 'json'),
    out: required(values, 'out'),
  };
}

const OF_MODEL = ['model', 'weights', 'reference', 'settings', 'output', 'activation'];

function modelArguments(values: Values): ModelArguments {
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
  if (word === undefined) return null;
  const activation = ACTIVATIONS.find((known) => known === word.toLowerCase());
  if (!activation)
    throw new CommandError(`--activation must be one of ${ACTIVATIONS.join(', ')}, not ${word}.`);
  return activation;
}

function methodOf(word: string): MethodId {
  const method = METHODS.find((id) => id === word.toLowerCase());
  if (!method) throw new CommandError(`There is no method ${word}. The methods are ${METHODS.join(', ')}.`);
  return method;
}

function sourceOf(values: Values): InputSource {
  const [image] = values['image'] ?? [];
  const [input] = values['input'] ?? [];
  if (image !== undefined && input !== undefined) {
    throw new CommandError('Give either --image or --input, not both.');
  }
  if (image !== undefined) return { kind: 'image', path: image };
  if (input !== undefined) return { kind: 'array', path: input };
  throw new CommandError('Give a picture with --image or an input array with --input.');
}

function topOf(text: string): number {
  const top = Number(text);
  if (!Number.isInteger(top) || top < 1)
    throw new CommandError(`--top must be a whole number from 1, not ${text}.`);
  return top;
}

function megapixelsOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_MAX_MEGAPIXELS;
  const limit = Number(text);
  if (!(limit > 0)) throw new CommandError(`--max-megapixels must be a number above 0, not ${text}.`);
  return limit;
}

function optional(values: Values, name: string): string | null {
  return values[name]?.[0] ?? null;
}

function required(values: Values, name: string): string {
  const [value] = values[name] ?? [];
  if (value === undefined) throw new CommandError(`--${name} is missing; see --help.`);
  return value;
}

/** @param single options of which the last counts @param repeatable options of which all count */
function optionsOf(
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
