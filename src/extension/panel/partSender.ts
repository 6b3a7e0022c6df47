/** Says under which number the page has a part, which is sent first where it has it not. */
export type Refer<Message> = <Part extends object>(
  part: Part | null,
  message: (part: Part, id: number) => Message,
) => number | null;

/** Numbers what is large in what a page is told, so that it is sent once: a part is known by being the same object. */
export class PartSender<Message> {
  readonly #post: (message: Message) => void;
  /** The numbers of what the page has; null while no page listens. */
  #sent: ReadonlyMap<object, number> | null = null;
  #parts = 0;

  constructor(post: (message: Message) => void) {
    this.#post = post;
  }

  /** A page begins to listen, and knows nothing. */
  greet(): void {
    this.#sent = new Map();
  }

  /**
   * Sends the parts that a snapshot refers to for the first time; those that it does not refer to, the page forgets.
   * @returns the snapshot; null while no page listens
   */
  snapshot<Snapshot>(make: (refer: Refer<Message>) => Snapshot): Snapshot | null {
    if (this.#sent === null) return null;
    const before = this.#sent;
    const sent = new Map<object, number>();
    const snapshot = make((part, message) => {
      if (part === null) return null;
      let id = sent.get(part) ?? before.get(part);
      if (id === undefined) {
        id = ++this.#parts;
        this.#post(message(part, id));
      }
      sent.set(part, id);
      return id;
    });
    this.#sent = sent;
    return snapshot;
  }
}
