import type { EngineApi } from '../../protocol/engineApi.js';
import type { MethodId } from '../../protocol/methods.js';
import type { NeedStatus } from '../../protocol/panel.js';
import type { TimelineNeed } from '../../protocol/timeline.js';
import { SUPERSEDED } from '../client/engineClient.js';
import { PageNeed } from './pageNeed.js';
import type { Item } from './pageNeed.js';
import { ProbePictures } from './probePictures.js';
import type { ProbeContext } from './probePictures.js';
import type { LiveRun } from './runs.js';
import { ShownRuns } from './shownRuns.js';
import type { Progress, ShownRunsContext } from './shownRuns.js';
import { StepRunner } from './stepRunner.js';
import { TimelineSender } from './timelineSender.js';
import { TimelineSteps } from './timelineSteps.js';
import type { StepsContext } from './timelineSteps.js';

export interface SessionContext extends ProbeContext, ShownRunsContext, StepsContext {
  readonly engine: EngineApi;
}

export interface SessionStart {
  readonly pictures: readonly string[];
  readonly method: MethodId;
  /** The classes that the user chose, by the paths of their pictures. */
  readonly targets: Readonly<Record<string, number>>;
}

/** How long what is under way goes on when nothing is needed. */
const DROP_MS = 300;

/** What a timeline shows: it asks the engine for one thing after the other, what the page lacks last. */
export class TimelineSession {
  readonly pictures: ProbePictures;
  readonly runs: ShownRuns;
  readonly #context: SessionContext;
  readonly #sender: TimelineSender;
  readonly #steps: TimelineSteps;
  readonly #runner: StepRunner;
  readonly #need = new PageNeed();
  readonly #progress: Progress = {
    isKnown: (checkpoint) => this.#need.knows(checkpoint),
    isWorking: (checkpoint) => this.#runner.item?.checkpoint === checkpoint,
  };
  /** The engine died while it worked for this timeline. */
  #restarted = false;
  #dropping: NodeJS.Timeout | undefined;

  constructor(context: SessionContext, { pictures, method, targets }: SessionStart) {
    this.#context = context;
    this.#sender = new TimelineSender((message) => {
      context.post(message);
    });
    this.pictures = new ProbePictures(context, pictures, targets);
    this.runs = new ShownRuns(context);
    this.#steps = new TimelineSteps(context, method, {
      runs: this.runs,
      pictures: this.pictures,
      need: this.#need,
    });
    this.#runner = new StepRunner({
      next: () => {
        this.#restarted = false;
        return this.#steps.next();
      },
      changed: () => {
        this.#tell();
      },
      progress: (stage) => {
        this.#tellNeed({ kind: 'working', stage, fraction: this.#need.fraction(this.#steps.missing.length) });
      },
    });
  }

  /** The page listens and knows nothing. */
  greet(): void {
    this.#need.ask(null);
    this.#need.forget();
    this.#sender.greet();
    this.update();
  }

  /** The runs are these, in this order. */
  show(runs: readonly LiveRun[]): void {
    this.runs.show(runs, this.#progress);
    this.update();
  }

  /** @param need what the page lacks; null where it lacks nothing more */
  answer(need: TimelineNeed | null): void {
    clearTimeout(this.#dropping);
    this.#need.ask(need);
    // A page that needs something else says first that it needs nothing more.
    if (need === null)
      this.#dropping = setTimeout(() => {
        this.#dropUnneeded();
      }, DROP_MS);
    else this.#dropUnneeded();
    this.update();
  }

  selectClass(picture: number, index: number | null): void {
    this.pictures.choose(picture, index, this.runs.info?.labels ?? []);
    this.#need.forget(picture);
    this.#beginAnew();
  }

  selectMethod(method: MethodId): void {
    this.#steps.method = method;
    this.#need.forget();
    this.#beginAnew();
  }

  retry(checkpoint: number): void {
    this.runs.retry(checkpoint);
    this.update();
  }

  /** Settings, or files beside the models, are others. */
  prepareAnew(): void {
    this.runs.forgetModels();
    this.#need.forget();
    this.pictures.prepareAnew();
    this.#beginAnew();
  }

  /** The engine died and repeats what was asked. */
  engineDied(): void {
    this.#restarted = this.#runner.working;
    this.#tell();
  }

  /** Goes on with what is lacking, and tells what is shown now. In this order: a need is done only if nothing begins. */
  update(): void {
    void this.#runner.work();
    this.#tell();
  }

  dispose(): void {
    clearTimeout(this.#dropping);
    this.#runner.dispose();
  }

  #beginAnew(): void {
    this.#runner.abort(SUPERSEDED);
    this.update();
  }

  /** What is under way and still needed goes on. */
  #dropUnneeded(): void {
    const { item } = this.#runner;
    const isSame = (one: Item): boolean =>
      one.checkpoint === item?.checkpoint && one.picture === item.picture;
    if (item !== null && !this.#steps.missing.some(isSame)) this.#runner.abort();
  }

  #tell(): void {
    this.#sender.send({
      runs: this.runs.shown(this.#progress),
      pictures: this.pictures.all,
      method: this.#steps.method,
      restarted: this.#restarted,
    });
    const isWorking = this.#runner.working;
    this.#tellNeed(
      isWorking
        ? { kind: 'working', stage: null, fraction: this.#need.fraction(this.#steps.missing.length) }
        : { kind: 'done' },
    );
  }

  #tellNeed(status: NeedStatus): void {
    const { id } = this.#need;
    if (id !== null) this.#context.post({ type: 'needStatus', id, status });
  }
}
