import { type DeviceChoice, DEVICES } from '../protocol/device.js';
import { oneOf, wholeNumber } from './options.js';

/** How all that a command asks for is computed. */
export interface Computing {
  /** null for as many as the process may use. */
  readonly threads: number | null;
  readonly device: DeviceChoice;
}

/**
 * Takes `--threads N` and `--device D`, which every command understands, from the words of a command line.
 * @throws CommandError
 */
export function takeComputing(words: readonly string[]): Computing & { readonly rest: readonly string[] } {
  const ofThreads = take(words, 'threads');
  const ofDevice = take(ofThreads.rest, 'device');
  return {
    threads: ofThreads.text === null ? null : wholeNumber({ threads: [ofThreads.text] }, 'threads', 1),
    device: ofDevice.text === null ? 'auto' : oneOf('device', DEVICES, ofDevice.text),
    rest: ofDevice.rest,
  };
}

/** The value of an option, null where it is not given, and the words without both. */
function take(
  words: readonly string[],
  name: string,
): { readonly text: string | null; readonly rest: readonly string[] } {
  const inOne = `--${name}=`;
  const at = words.findIndex((word) => word === `--${name}` || word.startsWith(inOne));
  const word = words[at];
  if (word === undefined) return { text: null, rest: words };
  if (word.startsWith(inOne)) return { text: word.slice(inOne.length), rest: words.toSpliced(at, 1) };
  return { text: words[at + 1] ?? '', rest: words.toSpliced(at, 2) };
}
