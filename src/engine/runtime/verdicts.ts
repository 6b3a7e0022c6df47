import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';

import { reasonOf } from '../../protocol/reasons.js';
import { fail } from '../failure.js';
import { removeIfFree } from '../files.js';
import { isAlive, STARTED } from '../processes.js';

const HOUR_MS = 60 * 60 * 1000;

/** What was found of a card for one graph, and for how long that holds: a driver may have been changed meanwhile. */
const HOLDS_MS = {
  agrees: 30 * 24 * HOUR_MS,
  differs: 30 * 24 * HOUR_MS,
  failed: 24 * HOUR_MS,
  absent: 24 * HOUR_MS,
  /** Its process ended; who closes the editor at the wrong moment may have done that. */
  crashed: 24 * HOUR_MS,
} as const;

const Found = v.object({
  kind: v.picklist(['agrees', 'differs', 'failed', 'absent', 'crashed']),
  /** How many times as fast as the processor it is; null where nobody has measured it. */
  times: v.nullable(v.number()),
  /** In what it differs, or why it failed. */
  reason: v.string(),
});
export type Verdict = Readonly<v.InferOutput<typeof Found>>;

const Entry = v.object({
  found: v.nullable(Found),
  /** When it was found, in ms. */
  at: v.number(),
  /** The process that has begun to use the card for it; it has not ended it yet. */
  user: v.nullable(v.object({ pid: v.number(), started: v.string() })),
});
type Entry = v.InferOutput<typeof Entry>;

const CRASHED: Verdict = { kind: 'crashed', times: null, reason: '' };

/** Files that are kept. */
const KEPT = 500;

/** What was found of cards, kept in a folder for processes to come: a file for each graph and card. */
export class Verdicts {
  readonly #folder: string;

  /** @param parent where the folder is to lie; others may have theirs there */
  constructor(parent: string) {
    this.#folder = path.join(parent, `relevance-cam-cards-${process.getuid?.() ?? ''}`);
  }

  /** What was found of it, if that still holds; null where nothing is known. */
  get(key: string): Verdict | null {
    const entry = this.#read(key);
    if (entry === null) return null;
    const { found, at, user } = entry;
    const hasCrashed = user !== null && !isAlive(user.pid, user.started);
    const verdict = hasCrashed ? CRASHED : found;
    return verdict !== null && Date.now() - at <= HOLDS_MS[verdict.kind] ? verdict : null;
  }

  /** Keeps what was found; what cannot be kept is found anew one day. */
  set(key: string, found: Verdict): void {
    try {
      this.#write(key, { found, at: Date.now(), user: null });
      this.#forgetOldest();
    } catch {
      return;
    }
  }

  /**
   * Uses the card. If this ends the process, what `get` finds afterwards is that it has crashed.
   * @throws cannotWrite; what `use` throws
   */
  async using<T>(key: string, use: () => Promise<T>): Promise<T> {
    const before = this.#read(key);
    this.#write(key, {
      found: before?.found ?? null,
      at: Date.now(),
      user: { pid: process.pid, started: STARTED },
    });
    try {
      return await use();
    } finally {
      if (before?.found) this.#write(key, { ...before, user: null });
      else removeIfFree(this.#path(key));
    }
  }

  #path(key: string): string {
    return path.join(this.#folder, `${key}.json`);
  }

  #read(key: string): Entry | null {
    try {
      const { success, output } = v.safeParse(Entry, JSON.parse(readFileSync(this.#path(key), 'utf8')));
      return success ? output : null;
    } catch {
      return null;
    }
  }

  #write(key: string, entry: Entry): void {
    const file = this.#path(key);
    const written = `${file}.${process.pid}`;
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(written, JSON.stringify(entry));
      renameSync(written, file);
    } catch (error) {
      removeIfFree(written);
      throw fail('cannotWrite', { file, reason: reasonOf(error) }, error);
    }
  }

  #forgetOldest(): void {
    const files = readdirSync(this.#folder).map((name) => path.join(this.#folder, name));
    if (files.length <= KEPT) return;
    const age = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const byAge = files.map((file) => ({ file, age: age(file) })).sort((a, b) => b.age - a.age);
    for (const { file } of byAge.slice(KEPT)) removeIfFree(file);
  }
}
