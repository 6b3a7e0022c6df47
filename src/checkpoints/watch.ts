import { isAdapter, kindOf, stemOf } from './fileKinds.js';
import { nameOf } from './run.js';
import type { Checkpoint, FileEntry, Run } from './run.js';
import { runsOf } from './runsOf.js';
import { isOfSource, sourceName } from './runSource.js';
import type { RunSource } from './runSource.js';
import { identityOf, looked, refused, SETTLE_MS, UNSEEN } from './settling.js';
import type { FileHistory, FileState } from './settling.js';
import { templateOf } from './steps.js';
import type { Clock, FileSystem, ListedFile } from './world.js';

/** A checkpoint that is gone after it was whole. */
export interface DeletedCheckpoint {
  readonly path: string;
  /** Of its last whole state. */
  readonly identity: string;
  readonly files: readonly FileEntry[];
}

/** Where runs are looked for, and what has gone there. */
export interface RememberedSource extends RunSource {
  readonly deleted: readonly DeletedCheckpoint[];
}

export interface WatchedCheckpoint extends Checkpoint {
  readonly state: FileState;
  /** Tells the last whole state of its files from any other; null where there was none. */
  readonly identity: string | null;
}

export interface WatchedRun extends Omit<Run, 'checkpoints'> {
  readonly checkpoints: readonly WatchedCheckpoint[];
}

export interface WatchOptions {
  readonly source: RunSource;
  readonly files: FileSystem;
  readonly clock: Clock;
  /** What an earlier watch has seen go. */
  readonly deleted?: readonly DeletedCheckpoint[];
  /** The runs are others than before. */
  readonly onChange: () => void;
}

/** Where no events come, a folder is looked through so often. */
export const POLL_MS = 3000;

/** Events come together: those of so long a time are answered by one look. */
const GATHER_MS = 100;

/** Watches the runs of a folder: by looking again and again, and soon after somebody says that something has changed. */
export class RunWatch {
  readonly #options: WatchOptions;
  readonly #isMeant: (path: string) => boolean;
  #runs: readonly WatchedRun[] = [];
  #found = true;
  #hasLooked = false;
  /** By path of the checkpoint. */
  #histories: ReadonlyMap<string, FileHistory>;
  /** The files of the last look, those of deleted checkpoints included. */
  #entries: readonly FileEntry[];
  /** Paths of the files of checkpoints that were whole. */
  #whole: ReadonlySet<string>;
  #digests: ReadonlyMap<string, string | null> = new Map();
  #timer: { readonly due: number; readonly callOff: () => void } | null = null;
  #looking: Promise<void> | null = null;
  #disposed = false;

  constructor(options: WatchOptions) {
    const { deleted = [], source } = options;
    this.#options = options;
    this.#isMeant = isOfSource(source);
    this.#entries = deleted.flatMap(({ files }) => files);
    this.#whole = new Set(this.#entries.map(({ path }) => path));
    this.#histories = new Map(
      deleted.map(({ path, identity }) => [path, { ...UNSEEN, whole: identity, state: 'deleted' }]),
    );
  }

  get source(): RunSource {
    return this.#options.source;
  }

  get name(): string {
    return sourceName(this.source);
  }

  get runs(): readonly WatchedRun[] {
    return this.#runs;
  }

  /** False where the folder is not there: then the runs are what was seen last. */
  get found(): boolean {
    return this.#found;
  }

  /** Adapters that are none of the runs' checkpoints. */
  get adapters(): readonly string[] {
    const known = new Set(this.#runs.flatMap(({ checkpoints }) => checkpoints.map(({ path }) => path)));
    return this.#entries
      .map(({ path }) => path)
      .filter((path) => isAdapter(nameOf(path)) && this.#isMeant(path) && !known.has(path));
  }

  /** What is gone after it was whole. */
  get deleted(): readonly DeletedCheckpoint[] {
    if (!this.#hasLooked) return this.#options.deleted ?? [];
    return this.#runs.flatMap(({ checkpoints }) =>
      checkpoints.flatMap(({ path, state, identity, files }) =>
        state === 'deleted' && identity !== null
          ? [{ path, identity, files: this.#entries.filter((entry) => files.includes(entry.path)) }]
          : [],
      ),
    );
  }

  /** Whether no checkpoint is being written. */
  get isSettled(): boolean {
    return this.#runs.every(({ checkpoints }) => checkpoints.every(({ state }) => state !== 'writing'));
  }

  /** Looks the folder through; from the first time on, again and again. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
      this.#lookWithin(this.isSettled ? POLL_MS : SETTLE_MS);
    });
    return this.#looking;
  }

  /** Something may have changed. */
  poke(): void {
    this.#lookWithin(GATHER_MS);
  }

  /**
   * The checkpoint in this state has turned out to be no whole: its files are waited for.
   * @returns false where they have been waited for long enough
   */
  refuse(path: string, identity: string): boolean {
    const history = refused(this.#histories.get(path) ?? UNSEEN, identity);
    if (history === null) return false;
    this.#histories = new Map(this.#histories).set(path, history);
    this.poke();
    return true;
  }

  dispose(): void {
    this.#disposed = true;
    this.#timer?.callOff();
  }

  #lookWithin(milliseconds: number): void {
    const { clock } = this.#options;
    const due = clock.now() + milliseconds;
    if (this.#disposed || (this.#timer !== null && this.#timer.due <= due)) return;
    this.#timer?.callOff();
    const callOff = clock.after(milliseconds, () => {
      this.#timer = null;
      void this.look();
    });
    this.#timer = { due, callOff };
  }

  async #look(): Promise<void> {
    const { files, onChange } = this.#options;
    const listed = await files.list(this.source.folder);
    // A folder that cannot be reached, as on a lost network drive, says nothing of what is in it.
    const runs = listed === null ? this.#runs : await this.#runsOf(listed);
    const before = JSON.stringify([this.#found, this.#runs]);
    this.#found = listed !== null;
    this.#hasLooked ||= this.#found;
    this.#runs = runs;
    if (!this.#disposed && JSON.stringify([this.#found, runs]) !== before) onChange();
  }

  async #runsOf(listed: readonly ListedFile[]): Promise<readonly WatchedRun[]> {
    const present = new Map(listed.map((file) => [file.path, file]));
    const gone = this.#entries.filter(({ path }) => !present.has(path) && this.#whole.has(path));
    const entries = [...(await this.#withDigests(listed)), ...gone];
    const histories = new Map<string, FileHistory>();
    const choice = { isMeant: this.#isMeant, together: Array.isArray(this.source.files) };
    const runs = runsOf(entries, choice).map((run): WatchedRun => {
      const checkpoints = run.checkpoints.flatMap((one): readonly WatchedCheckpoint[] => {
        const found = present.has(one.path) ? one.files.flatMap((file) => present.get(file) ?? []) : [];
        const before = this.#histories.get(one.path) ?? UNSEEN;
        const history = looked(before, found, one.whole, this.#options.clock.now());
        if (history === null) return [];
        histories.set(one.path, history);
        return [{ ...one, state: history.state, identity: history.whole }];
      });
      return { ...run, checkpoints };
    });
    this.#entries = entries;
    this.#whole = new Set(
      runs.flatMap((run) => run.checkpoints.flatMap((one) => (one.identity === null ? [] : one.files))),
    );
    this.#histories = histories;
    return runs.filter(({ checkpoints }) => checkpoints.length > 0);
  }

  /** Looks into the files of one size where one of them may be a copy of another. */
  async #withDigests(listed: readonly ListedFile[]): Promise<FileEntry[]> {
    const candidates = listed.filter(({ path }) => kindOf(path) !== null && this.#isMeant(path));
    const sizes = candidates.map(({ size }) => size);
    const copied = new Set(candidates.filter(isWithoutStep).map(({ size }) => size));
    const alike = candidates.filter(
      ({ size }) => copied.has(size) && sizes.indexOf(size) !== sizes.lastIndexOf(size),
    );
    const digests = new Map<string, string | null>();
    for (const file of alike) {
      const identity = identityOf([file]);
      const known = this.#digests.get(identity);
      digests.set(
        identity,
        known ?? (await this.#options.files.digest(`${this.source.folder}/${file.path}`)),
      );
    }
    this.#digests = digests;
    return listed.map((file) => ({ ...file, digest: digests.get(identityOf([file])) ?? null }));
  }
}

function isWithoutStep({ path }: ListedFile): boolean {
  const stem = stemOf(nameOf(path));
  return templateOf(stem) === stem;
}
