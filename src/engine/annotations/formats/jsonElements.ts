import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { reasonOf } from '../../../protocol/reasons.js';
import { fail } from '../../failure.js';

/** An object in an array under a key of a JSON file's object, as bytes. */
export interface JsonElement {
  readonly key: string;
  /** Its place in its array. */
  readonly index: number;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** Valid until the callback returns. */
  readonly bytes: Buffer;
}

const CHUNK_BYTES = 2 ** 20;

/**
 * Calls back with each object of the file's arrays, holding no more of the file than one object at a time.
 * @param keys of the arrays that matter
 * @param breathe is told which part of the file is read, 0 … 1
 * @throws cannotRead · badAnnotations where the file ends early · what the callbacks throw
 */
export async function eachElement(
  file: string,
  keys: ReadonlySet<string>,
  take: (element: JsonElement) => void,
  breathe: (fraction: number) => Promise<void>,
): Promise<void> {
  const scanner = new Scanner(keys, take);
  try {
    const { size } = await stat(file);
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
      if (!Buffer.isBuffer(chunk)) throw new Error('a stream without encoding gives buffers');
      scanner.read(chunk);
      await breathe(Math.min(1, scanner.offset / size));
    }
  } catch (cause) {
    if (!isOfSystem(cause)) throw cause;
    throw fail('cannotRead', { file, reason: reasonOf(cause) }, cause);
  }
  if (scanner.isOpen) throw fail('badAnnotations', { file, reason: 'it ends in the middle of its JSON' });
}

function isOfSystem(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** How deep in brackets the file's own keys are, and the objects of the arrays under them. */
const [AT_KEYS, IN_ARRAY] = [1, 2];

/** Follows brackets and texts; what else is in an object is left to whoever parses it. */
class Scanner {
  readonly #keys: ReadonlySet<string>;
  readonly #take: (element: JsonElement) => void;
  #offset = 0;
  #depth = 0;
  #inText = false;
  #isEscaped = false;
  #key = '';
  /** null outside of the arrays that matter. */
  #index: number | null = null;
  /** Of the key or object under way, what chunks before this one hold; null where there is none under way. */
  #held: Buffer[] | null = null;
  /** Where in this chunk the rest of it begins. */
  #start = 0;

  constructor(keys: ReadonlySet<string>, take: (element: JsonElement) => void) {
    this.#keys = keys;
    this.#take = take;
  }

  /** How many bytes were read. */
  get offset(): number {
    return this.#offset;
  }

  get isOpen(): boolean {
    return this.#depth > 0 || this.#inText;
  }

  read(chunk: Buffer): void {
    this.#start = 0;
    for (let at = 0; at < chunk.length; at++)
      if (this.#inText) at = this.#readText(chunk, at);
      else this.#readByte(chunk, at);
    this.#held?.push(chunk.subarray(this.#start));
    this.#offset += chunk.length;
  }

  #readByte(chunk: Buffer, at: number): void {
    const byte = chunk[at];
    if (byte === QUOTE) {
      this.#inText = true;
      if (this.#depth === AT_KEYS) this.#begin(at);
    } else if (byte === OPEN_BRACE) {
      if (this.#depth === IN_ARRAY && this.#index !== null) this.#begin(at);
      this.#depth++;
    } else if (byte === OPEN_BRACKET) {
      if (this.#depth === AT_KEYS && this.#keys.has(this.#key)) this.#index = 0;
      this.#depth++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#close(chunk, at);
  }

  #close(chunk: Buffer, at: number): void {
    this.#depth--;
    if (this.#depth === AT_KEYS) this.#index = null;
    if (this.#depth === IN_ARRAY && this.#index !== null) this.#endElement(chunk, at, this.#index);
  }

  /** @returns where the text ends, or the chunk */
  #readText(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) {
        this.#inText = false;
        // A value that is a text is followed by another key.
        if (this.#depth === AT_KEYS) this.#key = this.#end(chunk, at).toString('utf8', 1).slice(0, -1);
        return at;
      }
    }
    return chunk.length;
  }

  #endElement(chunk: Buffer, at: number, index: number): void {
    const bytes = this.#end(chunk, at);
    this.#take({ key: this.#key, index, offset: this.#offset + at + 1 - bytes.length, bytes });
    this.#index = index + 1;
  }

  #begin(at: number): void {
    this.#held = [];
    this.#start = at;
  }

  #end(chunk: Buffer, at: number): Buffer {
    const rest = chunk.subarray(this.#start, at + 1);
    const bytes =
      this.#held === null || this.#held.length === 0 ? rest : Buffer.concat([...this.#held, rest]);
    this.#held = null;
    return bytes;
  }
}
