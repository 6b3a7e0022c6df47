import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import * as v from 'valibot';

import type { CheckpointResult } from '../protocol/timeline.js';

/** What was computed of a picture at a checkpoint, whatever their numbers are called in a panel. */
export type StoredResult = Omit<CheckpointResult, 'checkpoint' | 'picture'>;

/** Keeps results by what they depend on. */
export interface ResultStore {
  get(key: string): Promise<StoredResult | null>;
  put(key: string, result: StoredResult): Promise<void>;
}

const ENDING = '.result';
const PART = '.part';

/** When it has become too large, so much of the limit is kept. */
const KEPT = 0.9;

const DIGEST_BYTES = 32;

const number = v.number();
const prediction = v.object({
  index: number,
  label: v.string(),
  probability: v.nullable(number),
  value: number,
  logit: number,
});
const floats = v.instance(Float32Array);

/** What a file holds; it was written by this program or another version of it. */
const ENTRY = v.object({
  key: v.string(),
  result: v.custom<StoredResult>((value) => v.is(RESULT, value)),
});

const RESULT = v.object({
  method: v.string(),
  target: prediction,
  predicted: prediction,
  layers: v.array(
    v.object({
      tensor: v.string(),
      height: number,
      width: number,
      map: floats,
      weights: v.nullable(floats),
      top: v.array(v.object({ channel: number, weight: number })),
      relevanceSum: v.nullable(number),
    }),
  ),
  blocked: v.array(
    v.object({
      tensor: v.string(),
      blockedBy: v.object({ op: v.string(), node: v.string(), reason: v.string() }),
    }),
  ),
});

/**
 * Results as files of a folder: written beside and renamed, so that a crash leaves whole ones; a damaged one counts as
 * none. The ones used longest ago go when all of them take more than the limit.
 */
export class DiskStore implements ResultStore {
  readonly #folder: string;
  readonly #limitBytes: () => number;
  /** Bytes of all files; null until they were counted. */
  #bytes: number | null = null;

  /** @param limitBytes may change */
  constructor(folder: string, limitBytes: () => number) {
    this.#folder = folder;
    this.#limitBytes = limitBytes;
  }

  async get(key: string): Promise<StoredResult | null> {
    const file = this.#fileOf(key);
    let bytes: Buffer;
    try {
      bytes = await readFile(file);
    } catch {
      return null;
    }
    const entry = decode(bytes);
    if (entry?.key !== key) {
      await rm(file, { force: true });
      return null;
    }
    const now = new Date();
    // Another window may have removed it meanwhile.
    await utimes(file, now, now).catch(() => undefined);
    return entry.result;
  }

  async put(key: string, result: StoredResult): Promise<void> {
    const bytes = encode({ key, result });
    await mkdir(this.#folder, { recursive: true });
    const part = join(this.#folder, `${randomUUID()}${PART}`);
    try {
      await writeFile(part, bytes);
      await rename(part, this.#fileOf(key));
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    this.#bytes = this.#bytes === null ? null : this.#bytes + bytes.length;
    if (this.#bytes === null || this.#bytes > this.#limitBytes()) await this.#shrink();
  }

  #fileOf(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex')}${ENDING}`);
  }

  /** Counts what is there, since other windows write too, and removes what is beyond the limit. */
  async #shrink(): Promise<void> {
    const names = await readdir(this.#folder);
    const files = (
      await Promise.all(
        names.map(async (name) => {
          const file = join(this.#folder, name);
          const state = await stat(file).catch(() => null);
          return state === null ? [] : [{ file, size: state.size, used: state.mtimeMs }];
        }),
      )
    )
      .flat()
      .sort((a, b) => a.used - b.used);
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    const limit = this.#limitBytes();
    if (bytes > limit) {
      for (const { file, size } of files) {
        if (bytes <= KEPT * limit) break;
        await rm(file, { force: true });
        bytes -= size;
      }
    }
    this.#bytes = bytes;
  }
}

function encode(entry: v.InferOutput<typeof ENTRY>): Buffer {
  const content = serialize(entry);
  return Buffer.concat([createHash('sha256').update(content).digest(), content]);
}

function decode(bytes: Buffer): v.InferOutput<typeof ENTRY> | null {
  const content = bytes.subarray(DIGEST_BYTES);
  if (!createHash('sha256').update(content).digest().equals(bytes.subarray(0, DIGEST_BYTES))) return null;
  const found: unknown = deserialize(content);
  const parsed = v.safeParse(ENTRY, found);
  return parsed.success ? parsed.output : null;
}
