import type { HostMessage, Subject } from '../../protocol/panel.js';
import { PartSender } from './partSender.js';

/** What a page is told of subjects. */
export type SubjectMessage = Extract<HostMessage, { type: 'model' | 'picture' | 'explanation' | 'snapshot' }>;

/** Tells a page of subjects: what is large once, the rest whenever it changes. */
export class SubjectSender {
  readonly #post: (message: SubjectMessage) => void;
  readonly #parts: PartSender<SubjectMessage>;

  constructor(post: (message: SubjectMessage) => void) {
    this.#post = post;
    this.#parts = new PartSender(post);
  }

  /** A page begins to listen, and knows nothing. */
  greet(subjects: readonly Subject[]): void {
    this.#parts.greet();
    this.send(subjects);
  }

  /** @param subjects a part that is the same object as before has not changed */
  send(subjects: readonly Subject[]): void {
    const snapshots = this.#parts.snapshot((refer) =>
      subjects.map((subject) => ({
        ...subject,
        model: refer(subject.model, (model, id) => ({ type: 'model', id, model })),
        picture: refer(subject.picture, (picture, id) => ({ type: 'picture', id, picture })),
        explanation: refer(subject.explanation, (explanation, id) => ({
          type: 'explanation',
          id,
          explanation,
        })),
      })),
    );
    if (snapshots !== null) this.#post({ type: 'snapshot', subjects: snapshots });
  }
}
