import * as v from 'valibot';

import type { GraphChoice, RunToOpen } from '../../checkpoints/opening.js';
import type { RunSource } from '../../checkpoints/runSource.js';
import { RunWatch } from '../../checkpoints/watch.js';
import type { DeletedCheckpoint, RememberedSource, WatchedRun } from '../../checkpoints/watch.js';
import type { Clock, FileSystem } from '../../checkpoints/world.js';

/** A run that is watched. */
export interface LiveRun {
  /** Finds the run again, in another session too. */
  readonly id: string;
  readonly watch: RunWatch;
  readonly run: WatchedRun;
  /** What the user chose for its weights. */
  readonly chosen: GraphChoice;
  /** The reference that was found for it by values, as far as one of its checkpoints was opened. */
  readonly found: string | null;
}

/** What a run's weights are put into depends on these. */
export function openedBy({ watch, run, chosen }: LiveRun): RunToOpen {
  return { folder: watch.source.folder, run, ...chosen };
}

const NOTHING_CHOSEN: GraphChoice = { graph: null, reference: null };

export interface RunsContext {
  readonly files: FileSystem;
  readonly clock: Clock;
  /** What the workspace remembers. */
  readonly remembered: readonly RememberedSource[];
  readonly remember: (sources: readonly RememberedSource[]) => void;
  /** What the user chose for runs of weights, by their ids. */
  readonly chosen: Readonly<Record<string, GraphChoice>>;
  readonly rememberChosen: (chosen: Readonly<Record<string, GraphChoice>>) => void;
  /** Calls back when something may have changed below a folder. @returns what ends the calls */
  readonly watchFolder: (folder: string, onChange: () => void) => { dispose(): void };
}

/** A run's id: its source and its name; one that a closed panel kept comes from outside. */
const ID = v.pipe(
  v.string(),
  v.parseJson(),
  v.tuple([v.string(), v.nullable(v.union([v.string(), v.array(v.string())])), v.string()]),
);

/** Of each source so many deleted checkpoints are remembered, the last ones. */
const MOST_DELETED = 300;

/** All runs of the workspace, watched for as long as it is open. */
export class Runs {
  readonly #context: RunsContext;
  readonly #watches = new Map<string, { readonly watch: RunWatch; readonly events: { dispose(): void } }>();
  readonly #listeners = new Set<() => void>();
  #chosen: Readonly<Record<string, GraphChoice>>;
  /** References that were found by values, by the ids of their runs. */
  readonly #found = new Map<string, string | null>();

  constructor(context: RunsContext) {
    this.#context = context;
    this.#chosen = context.chosen;
    for (const { folder, files, deleted } of context.remembered)
      void this.#watch({ folder, files }, deleted).look();
  }

  get all(): readonly LiveRun[] {
    return [...this.#watches.values()].flatMap(({ watch }) =>
      watch.runs.map((run) => {
        const id = idOf(watch.source, run.name);
        const chosen = this.#chosen[id] ?? NOTHING_CHOSEN;
        return { id, watch, run, chosen, found: this.#found.get(id) ?? null };
      }),
    );
  }

  find(id: string): LiveRun | undefined {
    return this.all.find((run) => run.id === id);
  }

  /** @returns what ends the calls */
  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Watches what it does not watch yet. @returns the runs found there */
  async add(source: RunSource): Promise<readonly LiveRun[]> {
    const watch = this.#watches.get(keyOf(source))?.watch ?? this.#watch(source, []);
    await watch.look();
    this.#tell();
    return this.all.filter((run) => run.watch === watch);
  }

  /** Watches again the runs that an earlier session knew by these ids. */
  async restore(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const source = sourceOf(id);
      if (source !== null && !this.#watches.has(keyOf(source))) await this.add(source);
    }
  }

  /** Chooses what a run's weights are put into; null for what is found. */
  choose(id: string, change: Partial<GraphChoice>): void {
    this.#remembers({ ...this.#chosen, [id]: { ...NOTHING_CHOSEN, ...this.#chosen[id], ...change } });
    this.#tell();
  }

  /** @param reference that tells what the constants of a run's graph are; null where names do */
  learn(id: string, reference: string | null): void {
    if (reference === (this.#found.get(id) ?? null)) return;
    this.#found.set(id, reference);
    this.#tell();
  }

  /** Forgets the runs of one source; files are left alone. */
  remove(source: RunSource): void {
    const key = keyOf(source);
    const others = Object.entries(this.#chosen).filter(([id]) => {
      const of = sourceOf(id);
      return of !== null && keyOf(of) !== key;
    });
    this.#remembers(Object.fromEntries(others));
    this.#end(key);
    this.#watches.delete(key);
    this.#tell();
  }

  dispose(): void {
    for (const key of this.#watches.keys()) this.#end(key);
  }

  #watch(source: RunSource, deleted: readonly DeletedCheckpoint[]): RunWatch {
    const { files, clock, watchFolder } = this.#context;
    const watch = new RunWatch({
      source,
      files,
      clock,
      deleted,
      onChange: () => {
        this.#tell();
      },
    });
    const events = watchFolder(source.folder, () => {
      watch.poke();
    });
    this.#watches.set(keyOf(source), { watch, events });
    return watch;
  }

  #end(key: string): void {
    const { watch, events } = this.#watches.get(key) ?? {};
    watch?.dispose();
    events?.dispose();
  }

  #remember(): void {
    const sources = [...this.#watches.values()].map(({ watch }) => ({
      ...watch.source,
      deleted: watch.deleted.slice(-MOST_DELETED),
    }));
    this.#context.remember(sources);
  }

  #remembers(chosen: Readonly<Record<string, GraphChoice>>): void {
    this.#chosen = chosen;
    this.#context.rememberChosen(chosen);
  }

  #tell(): void {
    this.#remember();
    for (const listener of this.#listeners) listener();
  }
}

function keyOf({ folder, files }: RunSource): string {
  return JSON.stringify([folder, files]);
}

function idOf({ folder, files }: RunSource, name: string): string {
  return JSON.stringify([folder, files, name]);
}

function sourceOf(id: string): RunSource | null {
  const { success, output } = v.safeParse(ID, id);
  if (!success) return null;
  const [folder, files] = output;
  return { folder, files };
}
