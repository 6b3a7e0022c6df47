import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { DISK } from '../../checkpoints/disk.js';
import { CheckpointExplainer } from '../../checkpoints/explaining.js';
import { maybeIncomplete } from '../../checkpoints/incomplete.js';
import { openingOf } from '../../checkpoints/opening.js';
import { sourceNamed } from '../../checkpoints/runSource.js';
import type { RunSource } from '../../checkpoints/runSource.js';
import { RunWatch } from '../../checkpoints/watch.js';
import type { WatchedCheckpoint, WatchedRun } from '../../checkpoints/watch.js';
import { SYSTEM_CLOCK } from '../../checkpoints/world.js';
import { EngineError, fail } from '../../engine/failure.js';
import type { Call, EngineApi } from '../../protocol/engineApi.js';
import { noLayersSentence } from '../blocked.js';
import { CommandError, messageOf, sentence } from '../messages.js';
import { modelSettings } from '../modelSettings.js';
import { endProgress } from '../progress.js';
import type { Terminal } from '../terminal.js';
import { RunReport } from './runReport.js';
import type { WatchArguments } from './watchArguments.js';
import { seenOf } from './watchedRun.js';

/** What is kept stands in the files that are written. */
const NOTHING_KEPT = { get: () => Promise.resolve(null), put: () => Promise.resolve() };

/** A checkpoint that can be explained. */
interface Next {
  readonly watch: RunWatch;
  readonly run: WatchedRun;
  readonly checkpoint: WatchedCheckpoint;
  readonly identity: string;
}

/**
 * The command `watch`: explains the checkpoints of runs as they appear, the newest first, until it is interrupted.
 * @throws CommandError, EngineError
 */
export async function watch(
  options: WatchArguments,
  engine: EngineApi,
  call: Call,
  terminal: Terminal,
): Promise<void> {
  let changed: () => void = () => undefined;
  const watches = options.runs.map(
    (text) =>
      new RunWatch({
        source: sourceOf(text),
        files: DISK,
        clock: SYSTEM_CLOCK,
        onChange: () => {
          changed();
        },
      }),
  );
  const follower = new Follower(options, engine, terminal);
  try {
    await Promise.all(watches.map((one) => one.look()));
    const lost = watches.find(({ found }) => !found);
    if (lost) throw new CommandError(`There is no folder ${lost.source.folder}.`);
    for (;;) {
      const change = new Promise<void>((done) => (changed = done));
      follower.passOverAdapters(watches);
      const next = follower.next(watches);
      if (next !== null) await follower.explain(next, call);
      else if (options.once && watches.every(({ isSettled }) => isSettled)) break;
      else await Promise.race([change, interrupted(call.signal)]);
    }
  } finally {
    for (const one of watches) one.dispose();
  }
  if (follower.isEmpty) throw new CommandError(`There are no checkpoints in ${options.runs.join(', ')}.`);
}

/** Explains one checkpoint after the other, and writes what it finds. */
class Follower {
  readonly #options: WatchArguments;
  readonly #engine: EngineApi;
  readonly #terminal: Terminal;
  readonly #explainer: CheckpointExplainer;
  /** By run. */
  readonly #reports = new Map<string, RunReport>();
  /** The states of checkpoints that have been explained, or could not be. */
  readonly #done = new Set<string>();
  /** That were passed over. */
  readonly #adapters = new Set<string>();

  constructor(options: WatchArguments, engine: EngineApi, terminal: Terminal) {
    this.#options = options;
    this.#engine = engine;
    this.#terminal = terminal;
    this.#explainer = new CheckpointExplainer({ engine, store: NOTHING_KEPT, version: '' });
  }

  /** Whether there was nothing to explain. */
  get isEmpty(): boolean {
    return this.#done.size === 0;
  }

  /** The newest checkpoint that was not explained yet. */
  next(watches: readonly RunWatch[]): Next | null {
    const all = watches.flatMap((one) =>
      one.runs.flatMap((run) =>
        run.checkpoints.flatMap((checkpoint): Next[] => {
          const { state, identity } = checkpoint;
          return state === 'whole' && identity !== null ? [{ watch: one, run, checkpoint, identity }] : [];
        }),
      ),
    );
    return all.findLast((next) => !this.#done.has(keyOf(next))) ?? null;
  }

  /** Says of each once why it is none of the checkpoints. */
  passOverAdapters(watches: readonly RunWatch[]): void {
    for (const { source, adapters } of watches)
      for (const path of adapters) {
        const file = join(source.folder, path);
        if (this.#adapters.has(file)) continue;
        this.#adapters.add(file);
        endProgress(this.#terminal);
        this.#terminal.report(`relevance-cam: ${sentence(fail('adapterWeights', { file }).failure)}\n`);
      }
  }

  async explain(next: Next, call: Call): Promise<void> {
    const { watch: one, checkpoint, identity } = next;
    try {
      await this.#explain(next, call);
      this.#done.add(keyOf(next));
    } catch (error) {
      if (call.signal.aborted) throw fail('cancelled', {}, error);
      const mayGrow = error instanceof EngineError && maybeIncomplete(error.failure.code);
      if (mayGrow && !this.#options.once && one.refuse(checkpoint.path, identity)) return one.look();
      const message = messageOf(error);
      if (message === null) throw error;
      endProgress(this.#terminal);
      this.#terminal.report(`relevance-cam: ${message}\n`);
      this.#done.add(keyOf(next));
    }
  }

  async #explain(next: Next, call: Call): Promise<void> {
    const { watch: one, run, checkpoint } = next;
    const { graph, reference } = this.#options;
    const model = graph ?? checkpoint.path;
    const options = { settings: this.#options.settings, output: null, activation: null };
    const settings = await modelSettings(options, model);
    const opened = openingOf(checkpoint, {
      folder: one.source.folder,
      run,
      graph: graph === null ? null : resolve(graph),
      reference: reference === null ? null : resolve(reference),
      settingsOf: () => settings,
    });
    if (opened === null)
      throw new CommandError(`${checkpoint.path} holds weights alone. Name the exported model with --graph.`);
    const key = JSON.stringify([one.source, run.name]);
    const known = this.#reports.get(key);
    const info = known?.info ?? (await this.#engine.open(opened.opening, call));
    const report =
      known ??
      new RunReport({
        name: this.#nameOf(next),
        unit: run.unit,
        info,
        options: this.#options,
        isOnly: this.#options.runs.length === 1 && one.runs.length === 1,
      });
    this.#reports.set(key, report);
    const { method } = report;
    if (known === undefined && method !== this.#options.method) {
      endProgress(this.#terminal);
      this.#terminal.report(`relevance-cam: ${noLayersSentence(info)}\n`);
    }
    for (const picture of this.#options.images.map((path) => resolve(path))) {
      const target = report.targetOf(picture, basename(dirname(picture)));
      const wanted = { checkpoint: opened, picture, method, target, layers: report.layers };
      const result = await this.#explainer.explain(wanted, call);
      report.learn(
        picture,
        result.target.index,
        seenOf({ step: checkpoint.step, file: checkpoint.name }, result),
      );
    }
    endProgress(this.#terminal);
    await report.write(this.#engine, call, this.#terminal, [...this.#reports.values()]);
  }

  /** Runs of several folders may have equal names. */
  #nameOf({ watch: { name }, run }: Next): string {
    const isAlone = this.#options.runs.length === 1 && run.name !== '';
    return [isAlone ? '' : name, run.name].filter((part) => part !== '').join('/');
  }
}

function keyOf({ watch: one, checkpoint: { path }, identity }: Next): string {
  return JSON.stringify([one.source, path, identity]);
}

/** @throws CommandError where it is a file */
function sourceOf(text: string): RunSource {
  if (statSync(text, { throwIfNoEntry: false })?.isFile() === true)
    throw new CommandError(
      `${text} is a file. Name its folder, or put quotes around a pattern, so that the shell does not replace it by names of files.`,
    );
  return sourceNamed(text, process.cwd());
}

/** @throws cancelled once it is */
function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => {
      reject(fail('cancelled', {}));
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
