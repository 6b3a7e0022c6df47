import { isDeepStrictEqual } from 'node:util';

import type { Call, ExplainRequest, OpenRequest } from '../../protocol/engineApi.js';
import type { MethodId } from '../../protocol/methods.js';
import type { Explanation } from '../../protocol/explanation.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { Need, Subject } from '../../protocol/panel.js';
import { SUPERSEDED } from '../client/engineClient.js';
import { methodFor } from '../../protocol/pixels.js';
import { layersAtOnce } from '../model/layersFor.js';
import { annotationsOf } from './annotations.js';
import { judgeExpected } from './expectedClass.js';
import { NeedRunner } from './needRunner.js';
import { inOneBuffer } from './oneBuffer.js';
import { newSubject, NO_MODEL } from './newSubject.js';
import { PictureReader } from './pictureReader.js';
import { Revisions, type Shown } from './revisions.js';
import type { FoundModel, SessionContext } from './sessionContext.js';

/** A class to explain: its index, null for the predicted class; its label as far as it is known. */
interface Target {
  readonly index: number | null;
  readonly label: string | null;
}

const PREDICTED: Target = { index: null, label: null };

interface Choice {
  readonly target: Target;
  readonly method: MethodId;
}

/** What a cancelled explanation gives way to again. */
interface Before {
  readonly subject: Subject;
  readonly found: FoundModel | null;
  /** What its explanation was asked for by. */
  readonly choice: Choice;
  readonly shown: Shown | null;
}

/** One picture and its explanation: what is asked of the engine, and what the page shows meanwhile. */
export class ExplanationSession {
  readonly #needs: NeedRunner;
  readonly #pictures: PictureReader;
  readonly #context: SessionContext;
  #subject: Subject;
  /** The picture to explain: while its explanation is under way, another one is still shown. */
  #wanted: Pick<Subject, 'image' | 'place'>;
  /** What is under way; its results count only as long as it is this one. */
  #work: AbortController | null = null;
  #found: FoundModel | null = null;
  #choice: Choice;
  /** What the explanation shown was asked for by. */
  #shownChoice: Choice;
  readonly #revisions = new Revisions();
  #before: Before;

  /** @param target class to begin with; null for the predicted one */
  constructor(
    context: SessionContext,
    image: Subject['image'],
    { target, method }: { readonly target: number | null; readonly method: MethodId },
  ) {
    this.#context = context;
    this.#needs = new NeedRunner(context);
    this.#pictures = new PictureReader(context.engine);
    this.#choice = { target: { index: target, label: null }, method };
    this.#shownChoice = { target: PREDICTED, method };
    this.#wanted = { image, place: null };
    this.#subject = newSubject(this.#wanted);
    this.#before = this.#now();
  }

  get subject(): Subject {
    return this.#subject;
  }

  /** The model in use, as the engine is asked for it; null where there is none. */
  get opening(): OpenRequest | null {
    const choice = this.#found?.choice;
    return choice ? { ...choice, settings: this.#context.settingsOf(choice.model) } : null;
  }

  /** What is to be explained and by what, be it not shown yet. */
  get wanted(): Pick<Subject, 'image' | 'place'> & Pick<Choice, 'method'> {
    return { ...this.#wanted, method: this.#choice.method };
  }

  get working(): boolean {
    return this.#work !== null;
  }

  /** Explains anew what is chosen now; what was under way is dropped. */
  async explain(): Promise<void> {
    if (this.#work === null) this.#before = this.#now();
    this.#work?.abort(SUPERSEDED);
    const work = new AbortController();
    this.#work = work;
    this.#needs.pause();
    // What is shown of the picture before stays until the next one is explained.
    const isEmpty = this.#subject.explanation === null;
    this.#show({ ...(isEmpty ? this.#unread() : {}), status: { kind: 'working' } });
    let end: Partial<Subject>;
    try {
      end = await this.#steps({
        signal: work.signal,
        progress: (stage, fraction) => {
          const { of } = this.#context;
          if (!work.signal.aborted) this.#context.post({ type: 'progress', of, stage, fraction });
        },
      });
    } catch (error) {
      if (work.signal.aborted) return;
      end = { ...this.#unread(), status: { kind: 'error', text: this.#context.describe(error) } };
    }
    this.#work = null;
    this.#show(end);
    this.#needs.resume(this.#revisions.needSubject(this.#subject));
  }

  /** Explains another picture by what is chosen. */
  async selectImage(image: Subject['image'], place: Subject['place']): Promise<void> {
    this.#wanted = { image, place };
    await this.explain();
  }

  /** The pictures of the folder were counted. */
  placed(place: Subject['place']): void {
    this.#wanted = { ...this.#wanted, place };
    if (this.#wanted.image === this.#subject.image) this.#show({ place });
  }

  /** @param index null for the predicted class */
  async selectClass(index: number | null): Promise<void> {
    const label = index === null ? null : (this.#subject.model?.labels[index] ?? null);
    this.#choice = { ...this.#choice, target: { index, label } };
    await this.explain();
  }

  async selectMethod(method: MethodId): Promise<void> {
    this.#choice = { ...this.#choice, method };
    await this.explain();
  }

  /** @param need what a view lacks; null where it lacks nothing more */
  answer(need: Need | null): void {
    this.#needs.ask(need);
  }

  /** Tells a page that begins anew what the needs before it have found. */
  tellKept(): void {
    this.#needs.tellKept();
  }

  /** Stops what is under way; what was shown before it returns. */
  cancel(): void {
    if (this.#work === null) return;
    this.#work.abort();
    this.#work = null;
    const { subject, found, choice, shown } = this.#before;
    if (subject.explanation === null) {
      this.#show({ explanation: null, status: { kind: 'cancelled' } });
    } else {
      const { image, place } = subject;
      if (image !== this.#wanted.image) this.#wanted = { image, place };
      this.#found = found;
      this.#revisions.shown = shown;
      this.#choice = this.#shownChoice = choice;
      this.#show({ ...subject, place: this.#wanted.place, status: { kind: 'ready' } });
    }
    this.#needs.resume(this.#revisions.needSubject(this.#subject));
  }

  /** The picture's file has changed. */
  async imageChanged(): Promise<void> {
    this.#pictures.forget();
    this.#revisions.filesChanged();
    await this.explain();
  }

  /** The model's file has changed, and with it perhaps every layer. */
  async modelChanged(): Promise<void> {
    this.#subject = { ...this.#subject, explanation: null };
    this.#revisions.filesChanged();
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
    this.#needs.dispose();
  }

  /** @throws once `call` is aborted, so that nothing superseded is shown */
  async #steps(call: Call): Promise<Partial<Subject>> {
    const { engine } = this.#context;
    const found = await this.#context.findModel();
    call.signal.throwIfAborted();
    // Nothing of one model is shown while another is opened, or fails to.
    const isSame = isDeepStrictEqual(found?.choice, this.#found?.choice);
    if (!isSame && this.#subject.model !== null) this.#show(NO_MODEL);
    this.#found = found;
    const { opening } = this;
    if (opening === null) return { status: { kind: 'noModel' } };
    const model = await engine.open(opening, call);
    call.signal.throwIfAborted();
    this.#showModel(model);

    const wanted = this.#wanted;
    const picture = await this.#pictures.read(wanted.image.path, model.preprocessing, call);
    if (wanted.image === this.#subject.image && picture !== this.#subject.picture) this.#show({ picture });

    const annotations = await annotationsOf({ ...wanted, picture }, model, this.#context, call);
    const choice = this.#choice;
    const { target } = choice;
    const method = methodFor(model, choice.method);
    const source = { kind: 'image', path: wanted.image.path } as const;
    const layers = layersAtOnce(method, model);
    const top = this.#context.topChannels();
    const first = this.#context.shownLayer(model);
    const request: ExplainRequest = {
      ...{ ...opening, method, source, target: target.index, layers, top },
      ...(first !== null && { first }),
    };
    const shown = (explanation: Explanation): Partial<Subject> => {
      this.#shownChoice = choice;
      const revision = this.#revisions.of(
        wanted.image.path,
        model,
        { ...opening, source },
        this.#subject.revision,
      );
      const [inOne = explanation] = inOneBuffer([explanation]);
      // The place may have been found out meanwhile.
      const { place } = this.#wanted;
      return { image: wanted.image, place, picture, explanation: inOne, annotations, revision };
    };
    const explanation = await engine.explain(request, {
      ...call,
      partial: ([part]) => {
        if (part !== undefined && !call.signal.aborted) this.#show(shown(part));
      },
    });
    call.signal.throwIfAborted();
    return { ...shown(explanation), status: { kind: 'ready' } };
  }

  #now(): Before {
    return {
      subject: this.#subject,
      found: this.#found,
      choice: this.#shownChoice,
      shown: this.#revisions.shown,
    };
  }

  /** Nothing of the picture before is shown under the name of the one wanted. */
  #unread(): Partial<Subject> {
    const isShown = this.#wanted.image === this.#subject.image;
    return isShown ? {} : { ...this.#wanted, picture: null, annotations: null, explanation: null };
  }

  #showModel(opened: ModelInfo): void {
    // The same object as long as it says the same, so that the page is not told again.
    const { model: shown } = this.#subject;
    const model = shown !== null && isDeepStrictEqual(opened, shown) ? shown : opened;
    const { index, label } = this.#choice.target;
    // The class explained stays only where the model has it, under the same label.
    const same = index === null ? undefined : model.labels[index];
    if (same === undefined || (label !== null && same !== label))
      this.#choice = { ...this.#choice, target: PREDICTED };
    const { preprocessing: value, preprocessingSource: source } = model;
    const own = this.#found?.isOwn === true ? this.#found.choice : null;
    this.#show({ model, own, preprocessing: { value, source } });
  }

  #show(change: Partial<Subject>): void {
    const shown = { ...this.#subject, ...change };
    const { image, model, explanation } = shown;
    const expected =
      model === null
        ? null
        : judgeExpected(this.#context.expectedClass(image.path, model), model.labels, explanation);
    this.#subject = { ...shown, expected };
    this.#context.changed();
  }
}
