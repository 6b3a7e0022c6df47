import type { InputSource } from '../protocol/engineApi.js';
import { DEFAULT_METHOD, type MethodId } from '../protocol/methods.js';
import { evaluateArguments, type EvaluateArguments } from './evaluate/evaluateArguments.js';
import { CommandError } from './messages.js';
import {
  megapixelsOf,
  methodOf,
  modelArguments,
  OF_MODEL,
  optional,
  optionsOf,
  required,
  type ModelArguments,
  type Values,
} from './options.js';
import { sanityArguments, type SanityArguments } from './sanity/sanityArguments.js';
import { namedLists, type WatchArguments } from './watch/watchArguments.js';

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
  | ({ readonly name: 'watch' } & WatchArguments)
  | ({ readonly name: 'sanity' } & SanityArguments)
  | ({ readonly name: 'evaluate' } & EvaluateArguments);

/** What follows the program's name on the command line. @throws CommandError */
export function parseCommand(words: readonly string[]): Command {
  const [name, ...rest] = words;
  if (name === undefined)
    throw new CommandError('Name a command: explain, inspect, sanity, watch or evaluate; see --help.');
  if (words.includes('--help') || words.includes('-h') || name === 'help') return { name: 'help' };
  if (name === '--version' || name === 'version') return { name: 'version' };
  if (name === 'explain') return { name, ...explainArguments(rest) };
  if (name === 'inspect') return { name, ...inspectArguments(rest) };
  if (name === 'watch') return { name, ...watchArguments(rest) };
  if (name === 'sanity') return { name, ...sanityArguments(rest) };
  if (name === 'evaluate') return { name, ...evaluateArguments(rest) };
  throw new CommandError(
    `There is no command ${name}. The commands are explain, inspect, sanity, watch and evaluate; see --help.`,
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
