import { type MethodId } from '../../protocol/methods.js';

/** The command `watch`. */
export interface WatchArguments {
  /** Folders of training runs, or globs of their checkpoints. */
  readonly runs: readonly string[];
  /** Of weights alone: the model that they go into; null where it lies among the run's files. */
  readonly graph: string | null;
  /** Of weights alone: the checkpoint that the graph was exported from; null where nobody says. */
  readonly reference: string | null;
  readonly images: readonly string[];
  readonly method: MethodId;
  /** Index or name; null for the expected class, or else the last checkpoint's prediction. */
  readonly target: string | null;
  readonly layers: string;
  readonly settings: string | null;
  readonly maxMegapixels: number;
  /** Whether to end when all that is there has been explained. */
  readonly once: boolean;
  readonly json: string | null;
  readonly out: string;
}

/** Options that take all words up to the next option, as a shell writes out `pictures/*.png`. */
const LISTS = ['--runs', '--images', '--image', '--boxes', '--methods', '--metrics', '--merge'];

/** The same words with the name of such an option before each of its values. */
export function namedLists(words: readonly string[]): readonly string[] {
  const named: string[] = [];
  let list: string | null = null;
  for (const [place, word] of words.entries()) {
    const isOption = word.startsWith('-');
    if (list !== null && !isOption && words[place - 1] !== list) named.push(list);
    if (isOption) list = LISTS.includes(word) ? word : null;
    named.push(word);
  }
  return named;
}
