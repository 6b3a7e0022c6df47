import { isDeepStrictEqual } from 'node:util';

import type { ModelInfo } from '../../protocol/model.js';
import type { Run, TimelineHostMessage, TimelineSnapshot } from '../../protocol/timeline.js';
import { PartSender } from '../panel/partSender.js';
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
  readonly #parts: PartSender<TimelineHostMessage>;
  #last: TimelineSnapshot | null = null;

  constructor(post: (message: TimelineHostMessage) => void) {
    this.#post = post;
    this.#parts = new PartSender(post);
  }

  /** A page begins to listen, and knows nothing. */
  greet(): void {
    this.#parts.greet();
    this.#last = null;
  }

  send({ runs, pictures, ...rest }: ShownTimeline): void {
    const timeline = this.#parts.snapshot((refer): TimelineSnapshot => ({
      ...rest,
      runs: runs.map((run) => ({
        ...run,
        model: refer(run.model, (model, id) => ({ type: 'model', id, model })),
      })),
      pictures: pictures.map((probe) => ({
        ...probe,
        picture: refer(probe.picture, (picture, id) => ({ type: 'picture', id, picture })),
      })),
    }));
    if (timeline === null || isDeepStrictEqual(timeline, this.#last)) return;
    this.#last = timeline;
    this.#post({ type: 'snapshot', timeline });
  }
}
