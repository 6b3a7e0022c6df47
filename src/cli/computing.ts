import { type DeviceChoice, DEVICES } from '../protocol/device.js';
import { CommandError } from './messages.js';

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
  return { threads: threadsOf(ofThreads.text), device: deviceOf(ofDevice.text), rest: ofDevice.rest };
}

function threadsOf(text: string | null): number | null {
  if (text === null) return null;
  const threads = Number(text);
  if (!Number.isInteger(threads) || threads < 1)
    throw new CommandError(`--threads must be a whole number from 1, not ${text === '' ? 'empty' : text}.`);
  return threads;
}

function deviceOf(text: string | null): DeviceChoice {
  if (text === null) return 'auto';
  const device = DEVICES.find((known) => known === text.toLowerCase());
  if (device === undefined)
    throw new CommandError(
      `--device must be one of ${DEVICES.join(', ')}, not ${text === '' ? 'empty' : text}.`,
    );
  return device;
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
