import { resolve } from 'node:path';

import type { Call, EngineApi } from '../../protocol/engineApi.js';
import type { EngineFailure } from '../../protocol/errors.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { PictureTruth, Truth } from '../../protocol/truth.js';
import { BestPictures } from '../channels/bestPictures.js';
import { EvaluationError } from '../failure.js';
import { fileOf, JOURNAL_ENDING, type JournalEntry } from '../journal.js';
import { reportOf } from '../makeReport.js';
import { evaluatePicture } from '../onePicture.js';
import { Pace } from '../pace.js';
import { pictureFailure } from '../pictureFailure.js';
import type { EvaluationReport } from '../report.js';
import { RunningMeans } from '../running.js';
import { differingPart } from '../sameEvaluation.js';
import { remove } from './files.js';
import { JournalFile, readJournal } from './journalFile.js';
import {
  fileFromRoot,
  pictureAt,
  planned,
  type EvaluationOrder,
  type PlannedEvaluation,
} from './planning.js';
import { readReport, writeReport } from './reportFile.js';

export interface EvaluationWorld {
  readonly engine: Pick<EngineApi, 'truth' | 'evaluate'>;
  /** What the engine said was wrong; null for an error that is none of its failures. */
  readonly failureOf: (error: unknown) => EngineFailure | null;
  /** Version of the program. */
  readonly program: string;
}

/** A run over many pictures, each of which is kept as soon as it is done: what ends early goes on from there. */
export class Evaluation {
  readonly means: RunningMeans;
  readonly #order: EvaluationOrder;
  readonly #world: EvaluationWorld;
  readonly #planned: PlannedEvaluation;
  /** null where nobody asks which pictures excite channels. */
  readonly #best: BestPictures | null;
  #done = 0;
  #failed = 0;
  /** null until the first picture is begun. */
  readonly #pace = new Pace();

  private constructor(order: EvaluationOrder, world: EvaluationWorld, plan: PlannedEvaluation) {
    this.#order = order;
    this.#world = world;
    this.#planned = plan;
    const { channels, layers } = plan.head.plan;
    this.means = new RunningMeans(plan.head.plan);
    this.#best = channels ? new BestPictures(layers.length) : null;
  }

  /** @throws noPictures, cannotRead */
  static async plan(order: EvaluationOrder, info: ModelInfo, world: EvaluationWorld): Promise<Evaluation> {
    return new Evaluation(order, world, await planned(order, info, world.program));
  }

  /** How many pictures there are to evaluate. */
  get total(): number {
    return this.#planned.files.length;
  }

  /** How many of them have been, those that failed included. */
  get done(): number {
    return this.#done;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Pictures a second; null where it is not known yet. */
  get rate(): number | null {
    return this.#pace.rate;
  }

  get secondsLeft(): number | null {
    return this.#pace.secondsLeft(this.total - this.done);
  }

  /** The report where it is there already; null where it is not, or is that of another evaluation. */
  async finished(): Promise<EvaluationReport | null> {
    try {
      const report = await readReport(this.#order.report);
      return differingPart(report, this.#planned.head) === null ? report : null;
    } catch (error) {
      if (error instanceof EvaluationError) return null;
      throw error;
    }
  }

  /**
   * Evaluates what is left, picture by picture: while the next is not asked for, nothing happens. Ends early where the call
   * is cancelled, with all kept that was done.
   * @yields what was done before, and then each picture as it is done
   * @throws otherJournal, damagedJournal, cannotRead, cannotWrite; failures that are not one picture's
   */
  async *run(call: Call, onTruth: (truth: Truth) => void): AsyncGenerator<JournalEntry, void> {
    const { head, files } = this.#planned;
    const { journal, entries } = await JournalFile.open(this.#journalFile, head);
    try {
      for (const entry of entries) {
        if ('picture' in entry && entry.channels) this.#best?.addPicture(fileOf(entry), entry.channels);
        yield this.#count(entry);
      }
      const before = new Set(entries.map(fileOf));
      const left = files.filter((file) => !before.has(file));
      const pictures = left.map((file) => pictureAt(head, this.#order.report, file));
      const sources = this.#order.sources.map((source) => resolve(source));
      const request = { pictures, sources, labels: head.model.labels };
      const truth = await this.#world.engine.truth(request, call);
      onTruth(truth);
      for (const [place, file] of left.entries()) {
        if (call.signal.aborted) return;
        const began = performance.now();
        const known = truth.pictures[place];
        if (known === undefined) throw new Error('something is known of every picture, be it nothing');
        const entry = await this.#evaluate(file, known, call);
        if (entry === null) return;
        await journal.append(entry);
        this.#pace.add(performance.now() - began);
        yield this.#count(entry);
      }
    } finally {
      await journal.close();
    }
  }

  /** Writes the report, once all is done, and removes the journal. @throws cannotRead, cannotWrite */
  async finish(): Promise<EvaluationReport> {
    const { report: file } = this.#order;
    const journal = await readJournal(this.#journalFile);
    if (journal === null) throw new Error('a run leaves its journal');
    // As it is read: a number, and the order of names, are those of the file whether or not the run was interrupted.
    const report = reportOf(journal.head, journal.entries);
    await writeReport(file, report);
    await remove(this.#journalFile);
    return report;
  }

  get #journalFile(): string {
    return `${this.#order.report}${JOURNAL_ENDING}`;
  }

  /** null where it was cancelled. */
  async #evaluate(file: string, truth: PictureTruth, call: Call): Promise<JournalEntry | null> {
    const { open, sources } = this.#order;
    const { plan } = this.#planned.head;
    const order = { open, plan, sources: sources.map((source) => resolve(source)) };
    const { unmatched } = truth;
    try {
      const { picture, channels, unread } = await evaluatePicture(
        order,
        file,
        truth,
        this.#world.engine,
        call,
      );
      const kept = channels && this.#best?.take(file, channels);
      return {
        picture,
        unmatched,
        ...(kept && { channels: kept }),
        ...(unread.length > 0 && { unread: unread.map((failure) => this.#fromRoot(failure)) }),
      };
    } catch (error) {
      if (call.signal.aborted) return null;
      const subject = { file, picture: truth.picture };
      const failed = pictureFailure(subject, this.#world.failureOf(error), error);
      if (failed === null) throw error;
      return { failed, unmatched };
    }
  }

  /** Without the places of this machine and the log's stack, which do not belong into a report. */
  #fromRoot({ code, parameters }: EngineFailure): EngineFailure {
    const file = parameters['file'];
    const named =
      typeof file === 'string' ? { file: fileFromRoot(this.#planned.head, this.#order.report, file) } : {};
    return { code, parameters: { ...parameters, ...named }, detail: '' };
  }

  #count(entry: JournalEntry): JournalEntry {
    this.#done++;
    if ('picture' in entry) this.means.add(entry.picture);
    else this.#failed++;
    return entry;
  }
}
