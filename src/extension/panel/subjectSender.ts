import type { HostMessage, Subject } from '../../protocol/panel.js';

/** Tells a page of subjects: what is large once, the rest whenever it changes. */
export class SubjectSender {
  readonly #post: (message: HostMessage) => void;
  /** The number under which the page has each part; null while no page listens. */
  #sent: ReadonlyMap<object, number> | null = null;
  #parts = 0;

  constructor(post: (message: HostMessage) => void) {
    this.#post = post;
  }

  /** A page begins to listen, and knows nothing. */
  greet(subjects: readonly Subject[]): void {
    this.#sent = new Map();
    this.send(subjects);
  }

  /** @param subjects a part that is the same object as before has not changed */
  send(subjects: readonly Subject[]): void {
    if (this.#sent === null) return;
    const before = this.#sent;
    const sent = new Map<object, number>();
    const refer = <T extends object>(
      part: T | null,
      message: (part: T, id: number) => HostMessage,
    ): number | null => {
      if (part === null) return null;
      let id = sent.get(part) ?? before.get(part);
      if (id === undefined) {
        id = ++this.#parts;
        this.#post(message(part, id));
      }
      sent.set(part, id);
      return id;
    };
    const snapshots = subjects.map((subject) => ({
      ...subject,
      model: refer(subject.model, (model, id) => ({ type: 'model', id, model })),
      picture: refer(subject.picture, (picture, id) => ({ type: 'picture', id, picture })),
      explanation: refer(subject.explanation, (explanation, id) => ({
        type: 'explanation',
        id,
        explanation,
      })),
    }));
    this.#sent = sent;
    this.#post({ type: 'snapshot', subjects: snapshots });
  }
}
