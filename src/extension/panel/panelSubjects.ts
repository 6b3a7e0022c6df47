import type { ModelChoice } from '../../protocol/engineApi.js';
import type { Need, Subject } from '../../protocol/panel.js';
import type { ExplanationSession } from './explanationSession.js';
import type { PanelOptions } from './panelOptions.js';
import { PanelSubject } from './panelSubject.js';
import type { PanelSubjectContext } from './panelSubject.js';

/** A panel's picture with its model and, where two models are compared, with a second one. */
export class PanelSubjects {
  readonly first: PanelSubject;
  readonly #context: Omit<PanelSubjectContext, 'of'>;
  #second: PanelSubject | null;
  #isGone = false;

  constructor(context: Omit<PanelSubjectContext, 'of'>, options: PanelOptions) {
    this.#context = context;
    this.first = new PanelSubject({ ...context, of: 0 }, options);
    this.#second = this.#secondBy(options.second, options);
  }

  /** As the page is told of them. */
  get shown(): readonly Subject[] {
    const { subject } = this.first.session;
    if (this.#second === null) return [subject];
    // It is named even before it is open, or where it cannot be opened.
    const { session, own } = this.#second;
    return [subject, { ...session.subject, own }];
  }

  /** Explains the picture by this model. */
  explainWith(model: ModelChoice): void {
    if (!this.#isGone) this.first.explainWith(model);
  }

  /** Explains the picture by this model too; null ends the comparison. */
  compareWith(model: ModelChoice | null): void {
    // While the user was asked the panel may have been closed.
    if (this.#isGone) return;
    this.#second?.dispose();
    this.#second = this.#secondBy(model, this.first.session.wanted);
    if (this.#second === null) this.#context.changed();
    else this.retrySecond();
  }

  /** Explains by the second model what the first one explains. */
  retrySecond(): void {
    const { image, place } = this.first.session.wanted;
    void this.#second?.session.selectImage(image, place);
  }

  cancelSecond(): void {
    this.#second?.cancel();
  }

  /** What is shown again may be another picture, which the second model then explains. */
  cancel(): void {
    this.first.cancel();
    const second = this.#second?.session;
    if (second && (second.working || second.wanted.image.path !== this.first.session.wanted.image.path))
      this.retrySecond();
  }

  /** Explains anew what is chosen now. */
  explain(): void {
    for (const session of this.#sessions) void session.explain();
  }

  imageChanged(): void {
    for (const session of this.#sessions) void session.imageChanged();
  }

  /** Ends when the first model has explained the picture. */
  async selectImage(image: Subject['image'], place: Subject['place']): Promise<void> {
    const explained = this.first.session.selectImage(image, place);
    void this.#second?.session.selectImage(image, place);
    await explained;
  }

  placed(place: Subject['place']): void {
    for (const session of this.#sessions) session.placed(place);
  }

  expectedChanged(): void {
    for (const session of this.#sessions) session.expectedChanged();
  }

  engineDied(): void {
    for (const session of this.#sessions) session.engineDied();
  }

  /** @param of place of the subject that the need is about */
  answer(of: number, need: Need | null): void {
    this.#sessions[of]?.answer(need);
  }

  /** A page that begins has no need yet, whatever the one before it had, and is told what is kept. */
  greet(show: () => void): void {
    for (const session of this.#sessions) session.answer(null);
    show();
    for (const session of this.#sessions) session.tellKept();
  }

  dispose(): void {
    this.#isGone = true;
    this.first.dispose();
    this.#second?.dispose();
  }

  get #sessions(): readonly ExplanationSession[] {
    return [this.first, ...(this.#second ? [this.#second] : [])].map(({ session }) => session);
  }

  #secondBy(model: ModelChoice | null, { method }: Pick<PanelOptions, 'method'>): PanelSubject | null {
    if (model === null) return null;
    // Explained for its predicted class: which of its classes stands for the other's, the page finds out.
    const options = { target: null, tensor: null, method, model, second: null, ask: false };
    return new PanelSubject({ ...this.#context, of: 1, modelChanged: () => undefined }, options);
  }
}
