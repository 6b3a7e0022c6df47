import { CommandError } from './messages.js';

/**
 * Takes `--threads N`, which every command understands, from the words of a command line.
 * @throws CommandError
 */
export function takeThreads(words: readonly string[]): {
  readonly threads: number | null;
  readonly rest: readonly string[];
} {
  const at = words.findIndex((word) => word === '--threads' || word.startsWith('--threads='));
  const word = words[at];
  if (word === undefined) return { threads: null, rest: words };
  const inOne = word.startsWith('--threads=');
  const text = inOne ? word.slice('--threads='.length) : (words[at + 1] ?? '');
  const threads = Number(text);
  if (!Number.isInteger(threads) || threads < 1)
    throw new CommandError(`--threads must be a whole number from 1, not ${text === '' ? 'empty' : text}.`);
  return { threads, rest: words.toSpliced(at, inOne ? 1 : 2) };
}
