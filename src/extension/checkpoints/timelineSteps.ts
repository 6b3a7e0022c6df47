import type { CheckpointExplainer, OpenableCheckpoint } from '../../checkpoints/explaining.js';
import type { StoredResult } from '../../checkpoints/store.js';
import type { EngineApi } from '../../protocol/engineApi.js';
import type { MethodId } from '../../protocol/methods.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { TimelineHostMessage } from '../../protocol/timeline.js';
import type { NumberedCheckpoint } from './checkpointNumbers.js';
import type { Item, PageNeed } from './pageNeed.js';
import type { Probe, ProbePictures } from './probePictures.js';
import type { ShownRuns } from './shownRuns.js';
import type { Step } from './stepRunner.js';

export interface StepsContext {
  readonly engine: Pick<EngineApi, 'open'>;
  readonly explainer: CheckpointExplainer;
  /** Logs the error and says it in one sentence. */
  describe(error: unknown): string;
  readonly post: (message: TimelineHostMessage) => void;
  /** The first checkpoint of a run was opened. */
  readonly opened: (checkpoint: NumberedCheckpoint, info: ModelInfo) => void;
  /** A checkpoint has predicted. */
  readonly predicted: (checkpoint: NumberedCheckpoint, picture: string, result: StoredResult) => void;
}

/** What a timeline lacks, step by step. */
export class TimelineSteps {
  method: MethodId;
  readonly #context: StepsContext;
  readonly #runs: ShownRuns;
  readonly #pictures: ProbePictures;
  readonly #need: PageNeed;

  constructor(
    context: StepsContext,
    method: MethodId,
    {
      runs,
      pictures,
      need,
    }: { readonly runs: ShownRuns; readonly pictures: ProbePictures; readonly need: PageNeed },
  ) {
    this.#context = context;
    this.method = method;
    this.#runs = runs;
    this.#pictures = pictures;
    this.#need = need;
  }

  /** What is to be done next: models, pictures and classes first, since all else depends on them. */
  next(): Step | null {
    return this.#nextModel() ?? this.#nextPicture() ?? this.#nextItem();
  }

  /** What the page lacks of what can be told. */
  get missing(): readonly Item[] {
    return this.#needed().filter(({ picture }) => this.#pictures.find(picture)?.target != null);
  }

  #nextModel(): Step | null {
    const { unopened } = this.#runs;
    if (unopened === undefined) return null;
    const { one, checkpoint } = unopened;
    const { engine, opened } = this.#context;
    return {
      item: null,
      run: async (call) => {
        const info = await engine.open(checkpoint.opening, call);
        call.signal.throwIfAborted();
        this.#runs.opened(one, info);
        opened(one, info);
      },
      failed: (error) => {
        this.#runs.fail(one, error);
      },
    };
  }

  #nextPicture(): Step | null {
    const { info, last } = this.#runs;
    const { unread, undecided } = this.#pictures;
    if (info !== undefined && unread !== undefined) {
      return {
        item: null,
        run: (call) => this.#pictures.read(unread, info, call),
        failed: (error) => {
          this.#pictures.fail(unread.id, this.#context.describe(error));
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
        call.signal.throwIfAborted();
        const { index, label } = result.target;
        this.#pictures.decide(undecided.id, { index, label, by: 'last' });
        if (item !== undefined) this.#learn(item, last.one, undecided, result);
      },
      failed: (error) => {
        this.#runs.fail(last.one, error);
      },
    };
  }

  #nextItem(): Step | null {
    const [item] = this.missing;
    const one = item && this.#runs.find(item.checkpoint);
    const probe = item && this.#pictures.find(item.picture);
    const checkpoint = one && this.#runs.openable(one);
    if (!item || !one || !probe?.target || !checkpoint) {
      // Nothing newer is waiting any more: what was passed over has its turn.
      return this.#need.id !== null && this.#runs.skipping.releaseAll() ? this.#nextItem() : null;
    }
    const wanted = this.#wanted(checkpoint, probe, probe.target.index, item.layers);
    return {
      item,
      run: async (call) => {
        const { explainer } = this.#context;
        const isThere = one.checkpoint.state === 'whole';
        const result = isThere ? await explainer.explain(wanted, call) : await explainer.known(wanted);
        call.signal.throwIfAborted();
        if (result === null) this.#need.told(item);
        else this.#learn(item, one, probe, result);
      },
      failed: (error) => {
        this.#runs.fail(one, error);
      },
    };
  }

  #learn(item: Item, one: NumberedCheckpoint, { path }: Probe, result: StoredResult): void {
    const { predicted, post } = this.#context;
    const { checkpoint, picture } = item;
    this.#need.told(item);
    predicted(one, path, result);
    post({ type: 'results', results: [{ ...result, checkpoint, picture }] });
  }

  /** The same as `missing`, of pictures too whose class is not known yet. */
  #needed(): readonly Item[] {
    return this.#need.missing.filter(({ checkpoint }) => {
      const one = this.#runs.find(checkpoint);
      return one !== undefined && this.#runs.canBeExplained(one);
    });
  }

  #wanted(
    checkpoint: OpenableCheckpoint,
    { path }: Probe,
    target: number | null,
    layers: readonly string[],
  ): Parameters<CheckpointExplainer['explain']>[0] {
    return { checkpoint, picture: path, method: this.method, target, layers };
  }
}
