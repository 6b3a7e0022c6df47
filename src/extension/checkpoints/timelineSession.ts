import type { CheckpointExplainer, OpenableCheckpoint } from '../../checkpoints/explaining.js';
import type { StoredResult } from '../../checkpoints/store.js';
import type { EngineApi } from '../../protocol/engineApi.js';
import type { MethodId } from '../../protocol/methods.js';
import type { NeedStatus } from '../../protocol/panel.js';
import type { TimelineHostMessage, TimelineNeed } from '../../protocol/timeline.js';
import { SUPERSEDED } from '../client/engineClient.js';
import type { NumberedCheckpoint } from './checkpointNumbers.js';
import { ProbePictures } from './probePictures.js';
import type { Probe, ProbeContext } from './probePictures.js';
import type { LiveRun } from './runs.js';
import { ShownRuns } from './shownRuns.js';
import type { Progress, ShownRunsContext } from './shownRuns.js';
import { StepRunner } from './stepRunner.js';
import type { Step } from './stepRunner.js';
import { TimelineSender } from './timelineSender.js';
import { KnownItems } from './wanted.js';
import type { Item } from './wanted.js';

export interface SessionContext extends ProbeContext, ShownRunsContext {
  readonly engine: EngineApi;
  readonly explainer: CheckpointExplainer;
  readonly post: (message: TimelineHostMessage) => void;
  /** A checkpoint has predicted. */
  readonly predicted: (checkpoint: NumberedCheckpoint, picture: string, result: StoredResult) => void;
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
  readonly #steps: StepRunner;
  readonly #known = new KnownItems();
  readonly #progress: Progress = {
    isKnown: (checkpoint) => this.#known.has(checkpoint),
    isWorking: (checkpoint) => this.#steps.item?.checkpoint === checkpoint,
  };
  #method: MethodId;
  #need: TimelineNeed | null = null;
  /** The engine died while it worked for this timeline. */
  #restarted = false;
  #dropping: NodeJS.Timeout | undefined;

  constructor(context: SessionContext, { pictures, method, targets }: SessionStart) {
    this.#context = context;
    this.#method = method;
    this.#sender = new TimelineSender((message) => {
      context.post(message);
    });
    this.pictures = new ProbePictures(context, pictures, targets);
    this.runs = new ShownRuns(context);
    this.#steps = new StepRunner({
      next: () => {
        this.#restarted = false;
        return this.#next();
      },
      changed: () => {
        this.#tell();
      },
      progress: (stage) => {
        this.#tellNeed({ kind: 'working', stage, fraction: this.#fraction() });
      },
    });
  }

  /** The page listens and knows nothing. */
  greet(): void {
    this.#need = null;
    this.#known.clear();
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
    this.#need = need;
    if (need !== null) this.#known.forgetLayers(need);
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
    this.#known.forgetPicture(picture);
    this.#beginAnew();
  }

  selectMethod(method: MethodId): void {
    this.#method = method;
    this.#known.clear();
    this.#beginAnew();
  }

  retry(checkpoint: number): void {
    this.runs.retry(checkpoint);
    this.update();
  }

  /** Settings, or files beside the models, are others. */
  prepareAnew(): void {
    this.runs.forgetModels();
    this.#known.clear();
    this.pictures.prepareAnew();
    this.#beginAnew();
  }

  /** The engine died and repeats what was asked. */
  engineDied(): void {
    this.#restarted = this.#steps.working;
    this.#tell();
  }

  /** Goes on with what is lacking, and tells what is shown now. In this order: a need is done only if nothing begins. */
  update(): void {
    void this.#steps.work();
    this.#tell();
  }

  dispose(): void {
    clearTimeout(this.#dropping);
    this.#steps.dispose();
  }

  #beginAnew(): void {
    this.#steps.abort(SUPERSEDED);
    this.update();
  }

  /** What is under way and still needed goes on. */
  #dropUnneeded(): void {
    const { item } = this.#steps;
    const isSame = (one: Item): boolean =>
      one.checkpoint === item?.checkpoint && one.picture === item.picture;
    if (item !== null && !this.#missing().some(isSame)) this.#steps.abort();
  }

  /** What is to be done next: models, pictures and classes first, since all else depends on them. */
  #next(): Step | null {
    return this.#nextModel() ?? this.#nextPicture() ?? this.#nextItem();
  }

  #nextModel(): Step | null {
    const { unopened } = this.runs;
    if (unopened === undefined) return null;
    const { one, checkpoint } = unopened;
    return {
      item: null,
      run: async (call) => {
        const info = await this.#context.engine.open(checkpoint.opening, call);
        call.signal.throwIfAborted();
        this.runs.opened(one, info);
      },
      failed: (error) => {
        this.runs.fail(one, error);
      },
    };
  }

  #nextPicture(): Step | null {
    const { info, last } = this.runs;
    const { unread, undecided } = this.pictures;
    if (info !== undefined && unread !== undefined) {
      return {
        item: null,
        run: (call) => this.pictures.read(unread, info, call),
        failed: (error) => {
          this.pictures.fail(unread.id, this.#context.describe(error));
        },
      };
    }
    if (undecided === undefined || last === undefined) return null;
    return {
      item: null,
      run: async (call) => {
        // What the page lacks of this checkpoint comes along: it is of the class that is found.
        const item = this.#needed().find(
          ({ checkpoint, picture }) => checkpoint === last.one.id && picture === undecided.id,
        );
        const wanted = this.#wanted(last.checkpoint, undecided, null, item?.layers ?? []);
        const result = await this.#context.explainer.explain(wanted, call);
        const { index, label } = result.target;
        this.pictures.decide(undecided.id, { index, label, by: 'last' });
        if (item !== undefined) this.#learn(item, last.one, undecided, result);
      },
      failed: (error) => {
        this.runs.fail(last.one, error);
      },
    };
  }

  #nextItem(): Step | null {
    const [item] = this.#missing();
    const one = item && this.runs.find(item.checkpoint);
    const probe = item && this.pictures.find(item.picture);
    const checkpoint = one && this.runs.openable(one);
    if (!item || !one || !probe?.target || !checkpoint) {
      // Nothing newer is waiting any more: what was passed over has its turn.
      return this.#need !== null && this.runs.skipping.releaseAll() ? this.#nextItem() : null;
    }
    const wanted = this.#wanted(checkpoint, probe, probe.target.index, item.layers);
    return {
      item,
      run: async (call) => {
        const { explainer } = this.#context;
        const isThere = one.checkpoint.state === 'whole';
        const result = isThere ? await explainer.explain(wanted, call) : await explainer.known(wanted);
        call.signal.throwIfAborted();
        if (result === null) this.#known.add(item);
        else this.#learn(item, one, probe, result);
      },
      failed: (error) => {
        this.runs.fail(one, error);
      },
    };
  }

  #learn(item: Item, one: NumberedCheckpoint, { path }: Probe, result: StoredResult): void {
    const { predicted, post } = this.#context;
    const { checkpoint, picture } = item;
    this.#known.add(item);
    predicted(one, path, result);
    post({ type: 'results', results: [{ ...result, checkpoint, picture }] });
  }

  /** What the page lacks of what can be told. */
  #missing(): readonly Item[] {
    return this.#needed().filter(({ picture }) => this.pictures.find(picture)?.target != null);
  }

  /** The same, of pictures too whose class is not known yet. */
  #needed(): readonly Item[] {
    if (this.#need === null) return [];
    return this.#known.missing(this.#need).filter(({ checkpoint }) => {
      const one = this.runs.find(checkpoint);
      return one !== undefined && this.runs.canBeExplained(one);
    });
  }

  #wanted(
    checkpoint: OpenableCheckpoint,
    { path }: Probe,
    target: number | null,
    layers: readonly string[],
  ): Parameters<CheckpointExplainer['explain']>[0] {
    return { checkpoint, picture: path, method: this.#method, target, layers };
  }

  #tell(): void {
    this.#sender.send({
      runs: this.runs.shown(this.#progress),
      pictures: this.pictures.all,
      method: this.#method,
      restarted: this.#restarted,
    });
    const isWorking = this.#steps.working;
    this.#tellNeed(
      isWorking ? { kind: 'working', stage: null, fraction: this.#fraction() } : { kind: 'done' },
    );
  }

  #tellNeed(status: NeedStatus): void {
    if (this.#need !== null) this.#context.post({ type: 'needStatus', id: this.#need.id, status });
  }

  #fraction(): number | null {
    const { parts = [] } = this.#need ?? {};
    const all = parts.reduce((sum, part) => sum + part.checkpoints.length * part.pictures.length, 0);
    return all === 0 ? null : 1 - Math.min(1, this.#missing().length / all);
  }
}
