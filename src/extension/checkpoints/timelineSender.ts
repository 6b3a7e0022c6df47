import { isDeepStrictEqual } from 'node:util';

import type { ModelInfo } from '../../protocol/model.js';
import type { Run, TimelineHostMessage, TimelineSnapshot } from '../../protocol/timeline.js';
import type { Probe } from './probePictures.js';

/** A run with its model in place of its number. */
export interface ShownRun extends Omit<Run, 'model'> {
  readonly model: ModelInfo | null;
}

export interface ShownTimeline extends Omit<TimelineSnapshot, 'runs' | 'pictures'> {
  readonly runs: readonly ShownRun[];
  readonly pictures: readonly Probe[];
}

/** Tells a page of the timeline: what is large once, the rest whenever it changes. */
export class TimelineSender {
  readonly #post: (message: TimelineHostMessage) => void;
  /** The numbers under which the page has models and pictures; null while no page listens. */
  #sent: ReadonlyMap<object, number> | null = null;
  #parts = 0;
  #last: TimelineSnapshot | null = null;

  constructor(post: (message: TimelineHostMessage) => void) {
    this.#post = post;
  }

  /** A page begins to listen, and knows nothing. */
  greet(): void {
    this.#sent = new Map();
    this.#last = null;
  }

  send({ runs, pictures, ...rest }: ShownTimeline): void {
    if (this.#sent === null) return;
    const before = this.#sent;
    const sent = new Map<object, number>();
    const refer = <T extends object>(
      part: T | null,
      message: (part: T, id: number) => TimelineHostMessage,
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
    const timeline: TimelineSnapshot = {
      ...rest,
      runs: runs.map((run) => ({
        ...run,
        model: refer(run.model, (model, id) => ({ type: 'model', id, model })),
      })),
      pictures: pictures.map((probe) => ({
        ...probe,
        picture: refer(probe.picture, (picture, id) => ({ type: 'picture', id, picture })),
      })),
    };
    this.#sent = sent;
    if (isDeepStrictEqual(timeline, this.#last)) return;
    this.#last = timeline;
    this.#post({ type: 'snapshot', timeline });
  }
}
