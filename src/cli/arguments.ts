import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandError } from './messages.js';

export interface ExplainArguments {
  readonly model: string;
  readonly source: { readonly kind: 'image' | 'array'; readonly path: string };
  /** Index or name; null for the predicted class. */
  readonly class: string | null;
  readonly layers: string;
  readonly top: number;
  readonly preprocessing: string | null;
  readonly json: string | null;
  readonly out: string | null;
}

export interface InspectArguments {
  readonly model: string;
  readonly json: string | null;
}

export type Command =
  | { readonly name: 'help' | 'version' }
  | ({ readonly name: 'explain' } & ExplainArguments)
  | ({ readonly name: 'inspect' } & InspectArguments);

/** What follows the program's name on the command line. @throws CommandError */
export function parseCommand(words: readonly string[]): Command {
  const [name, ...rest] = words;
  if (name === undefined) throw new CommandError('Name a command: explain or inspect; see --help.');
  if (words.includes('--help') || words.includes('-h') || name === 'help') return { name: 'help' };
  if (name === '--version' || name === 'version') return { name: 'version' };
  if (name === 'explain') return { name, ...explainArguments(rest) };
  if (name === 'inspect') return { name, ...inspectArguments(rest) };
  throw new CommandError(`There is no command ${name}. The commands are explain and inspect; see --help.`);
}

function explainArguments(words: readonly string[]): ExplainArguments {
  const values = optionsOf(words, [
    'model',
    'image',
    'input',
    'class',
    'layers',
    'top',
    'preprocessing',
    'json',
    'out',
  ]);
  return {
    model: required(values, 'model'),
    source: sourceOf(values),
    class: values['class'] ?? null,
    layers: values['layers'] ?? 'all',
    top: topOf(values['top'] ?? '3'),
    preprocessing: values['preprocessing'] ?? null,
    json: values['json'] ?? null,
    out: values['out'] ?? null,
  };
}

function inspectArguments(words: readonly string[]): InspectArguments {
  const values = optionsOf(words, ['model', 'json']);
  return { model: required(values, 'model'), json: values['json'] ?? null };
}

function sourceOf({
  image,
  input,
}: Readonly<Record<string, string | undefined>>): ExplainArguments['source'] {
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

function required(values: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = values[name];
  if (value === undefined) throw new CommandError(`--${name} is missing; see --help.`);
  return value;
}

/** The options of these names, each with a value. */
function optionsOf(
  words: readonly string[],
  names: readonly string[],
): Readonly<Record<string, string | undefined>> {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const name of names) options[name] = { type: 'string' };
  try {
    const { values } = parseArgs({ args: [...words], options, strict: true, allowPositionals: false });
    const entries = Object.entries(values).map(([name, value]) => [name, checkedValue(name, value)] as const);
    return Object.fromEntries(entries);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new CommandError(`${cause.message.split(/\.(?:\s|$)/)[0] ?? ''}; see --help.`, { cause });
  }
}

function checkedValue(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw new CommandError(`--${name} needs a value; see --help.`);
  return value;
}
