import { DEFAULT_METHOD } from '../../protocol/methods.js';
import { SANITY_SEED, type SanityMethodId } from '../../protocol/sanity.js';
import { CommandError } from '../messages.js';
import {
  choices,
  megapixelsOf,
  methodOf,
  type ModelArguments,
  modelArguments,
  OF_MODEL,
  optional,
  optionsOf,
  required,
  wholeNumber,
} from '../options.js';
import { namedLists } from '../watch/watchArguments.js';

/** The command `sanity`. */
export interface SanityArguments extends ModelArguments {
  readonly images: readonly string[];
  readonly methods: readonly SanityMethodId[];
  /** Index or name; null for the class predicted of each picture. */
  readonly target: string | null;
  readonly layers: string;
  readonly seed: number;
  readonly maxMegapixels: number;
  readonly json: string | null;
  readonly out: string;
}

/** @throws CommandError */
export function sanityArguments(words: readonly string[]): SanityArguments {
  const values = optionsOf(
    namedLists(words),
    [...OF_MODEL, 'class', 'seed', 'max-megapixels', 'json', 'out'],
    ['image', 'methods', 'layers'],
  );
  required(values, 'image');
  required(values, 'layers');
  return {
    ...modelArguments(values),
    images: values['image'] ?? [],
    methods: choices(values, 'methods', sanityMethodOf) ?? [DEFAULT_METHOD],
    target: optional(values, 'class'),
    layers: values['layers']?.join(',') ?? '',
    seed: values['seed'] === undefined ? SANITY_SEED : wholeNumber(values, 'seed', 0),
    maxMegapixels: megapixelsOf(values['max-megapixels']?.[0]),
    json: optional(values, 'json'),
    out: required(values, 'out'),
  };
}

function sanityMethodOf(word: string): SanityMethodId {
  const method = methodOf(word);
  if (method !== 'score-cam') return method;
  throw new CommandError('Score-CAM has no sanity check: every step would take a forward pass per channel.');
}
