import type { Call, EngineApi } from '../../protocol/engineApi.js';
import { DEFAULT_METHOD } from '../../protocol/methods.js';
import type { MethodId } from '../../protocol/methods.js';
import type { ModelInfo, ModelSettings } from '../../protocol/model.js';
import type { HostMessage, PanelSnapshot } from '../../protocol/panel.js';
import { SUPERSEDED } from '../client/engineClient.js';
import { EngineError } from '../client/engineError.js';
import { judgeExpected } from './expectedClass.js';
import { inOneBuffer } from './oneBuffer.js';

/** Longest side of the picture that the page shows, in pixels. */
const MAX_SIDE = 1024;

/** A class to explain: its index, null for the predicted class; its label as far as it is known. */
interface Target {
  readonly index: number | null;
  readonly label: string | null;
}

const PREDICTED: Target = { index: null, label: null };

const NO_MODEL = { model: null, explanation: null, preprocessing: null };

/** What a session needs to know of the world. */
export interface SessionContext {
  readonly engine: EngineApi;
  /** Path of the model to use; null where there is none. */
  findModel(): Promise<string | null>;
  settingsOf(model: string): ModelSettings;
  topChannels(): number;
  /** Index of the class that the picture should have. */
  expectedClass(model: ModelInfo): number | null;
  /** Logs the error and says it in one sentence. */
  describe(error: unknown): string;
  post(message: HostMessage): void;
}

/** One picture and its explanation: what is asked of the engine, and what the page shows meanwhile. */
export class ExplanationSession {
  readonly #context: SessionContext;
  #snapshot: PanelSnapshot;
  /** What is under way; its results count only as long as it is this one. */
  #work: AbortController | null = null;
  #modelPath: string | null = null;
  #method: MethodId = DEFAULT_METHOD;
  #target: Target;
  /** The target of the explanation shown. */
  #shownTarget: Target = PREDICTED;
  /** What the picture shown depends on besides the file. */
  #pictureKey: string | null = null;

  constructor(context: SessionContext, image: PanelSnapshot['image'], target: number | null) {
    this.#context = context;
    this.#target = { index: target, label: null };
    this.#snapshot = {
      revision: 0,
      image,
      model: null,
      picture: null,
      annotations: null,
      explanation: null,
      expected: null,
      preprocessing: null,
      status: { kind: 'working' },
    };
  }

  get snapshot(): PanelSnapshot {
    return this.#snapshot;
  }

  get method(): MethodId {
    return this.#method;
  }

  get working(): boolean {
    return this.#work !== null;
  }

  /** Explains anew what is chosen now; what was under way is dropped. */
  async explain(): Promise<void> {
    this.#work?.abort(SUPERSEDED);
    const work = new AbortController();
    this.#work = work;
    this.#show({ status: { kind: 'working' } });
    let end: Partial<PanelSnapshot>;
    try {
      end = await this.#steps({
        signal: work.signal,
        progress: (stage, fraction) => {
          if (!work.signal.aborted) this.#context.post({ type: 'progress', stage, fraction });
        },
      });
    } catch (error) {
      if (work.signal.aborted) return;
      end = { status: { kind: 'error', text: this.#context.describe(error) } };
    }
    this.#work = null;
    this.#show(end);
  }

  /** @param index null for the predicted class */
  async selectClass(index: number | null): Promise<void> {
    const label = index === null ? null : (this.#snapshot.model?.labels[index] ?? null);
    this.#target = { index, label };
    await this.explain();
  }

  async selectMethod(method: MethodId): Promise<void> {
    this.#method = method;
    await this.explain();
  }

  /** Stops what is under way; the explanation shown before stays. */
  cancel(text: string): void {
    if (this.#work === null) return;
    this.#work.abort();
    this.#work = null;
    this.#target = this.#shownTarget;
    this.#show({ status: this.#snapshot.explanation === null ? { kind: 'error', text } : { kind: 'ready' } });
  }

  /** The picture's file has changed. */
  async imageChanged(): Promise<void> {
    this.#pictureKey = null;
    await this.explain();
  }

  /** The model's file has changed, and with it perhaps every layer. */
  async modelChanged(): Promise<void> {
    this.#snapshot = { ...this.#snapshot, explanation: null };
    await this.explain();
  }

  /** The engine died; what is under way is being repeated. */
  engineDied(): void {
    if (this.#work !== null) this.#show({ status: { kind: 'restarted' } });
  }

  expectedChanged(): void {
    this.#show({});
  }

  dispose(): void {
    this.#work?.abort();
    this.#work = null;
  }

  /** @throws once `call` is aborted, so that nothing superseded is shown */
  async #steps(call: Call): Promise<Partial<PanelSnapshot>> {
    const { engine } = this.#context;
    const path = await this.#context.findModel();
    call.signal.throwIfAborted();
    // Nothing of one model is shown while another is opened, or fails to.
    if (path !== this.#modelPath && this.#snapshot.model !== null) this.#show(NO_MODEL);
    this.#modelPath = path;
    if (path === null) return { status: { kind: 'noModel' } };

    const opening = { model: path, settings: this.#context.settingsOf(path) };
    const model = await engine.open(opening, call);
    call.signal.throwIfAborted();
    this.#showModel(model);

    const image = this.#snapshot.image.path;
    const { preprocessing } = model;
    const key = JSON.stringify(preprocessing);
    if (key !== this.#pictureKey) {
      const picture = await engine.picture({ path: image, preprocessing, maxSide: MAX_SIDE }, call);
      call.signal.throwIfAborted();
      this.#pictureKey = key;
      this.#show({ picture });
    }

    const annotations = await this.#annotations(model, call);
    const target = this.#target;
    const explanation = await engine.explain(
      {
        ...opening,
        method: this.#method,
        source: { kind: 'image', path: image },
        target: target.index,
        layers: null,
        top: this.#context.topChannels(),
      },
      call,
    );
    call.signal.throwIfAborted();
    this.#shownTarget = target;
    const [shown = explanation] = inOneBuffer([explanation]);
    return { explanation: shown, annotations, status: { kind: 'ready' } };
  }

  /** Read anew with every explanation: they may have been changed meanwhile. */
  async #annotations(
    { preprocessing, labels }: ModelInfo,
    call: Call,
  ): Promise<PanelSnapshot['annotations']> {
    const { image, picture } = this.#snapshot;
    if (picture === null) return null;
    const size = { width: picture.originalWidth, height: picture.originalHeight };
    const request = { path: image.path, ...size, preprocessing, labels };
    const { regions, files, failures } = await this.#context.engine.annotations(request, call);
    call.signal.throwIfAborted();
    const problems = failures.map((failure) => this.#context.describe(new EngineError(failure)));
    return { regions, files, problems };
  }

  #showModel(model: ModelInfo): void {
    const { index, label } = this.#target;
    // The class explained stays only where the model has it, under the same label.
    const same = index === null ? undefined : model.labels[index];
    if (same === undefined || (label !== null && same !== label)) this.#target = PREDICTED;
    const { preprocessing: value, preprocessingSource: source } = model;
    this.#show({ model, preprocessing: { value, source } });
  }

  #show(change: Partial<PanelSnapshot>): void {
    const shown = { ...this.#snapshot, ...change };
    const { model, explanation } = shown;
    const expected =
      model === null ? null : judgeExpected(this.#context.expectedClass(model), model.labels, explanation);
    this.#snapshot = { ...shown, expected };
    this.#context.post({ type: 'snapshot', snapshot: this.#snapshot });
  }
}
