import { isSameSubject, type HostMessage, type SubjectRef } from '../../protocol/panel.js';
import { isSamePart } from '../../protocol/sanity.js';

type CheckMessage = Extract<HostMessage, { type: 'sanity' }>;

/** Maps of so many checks at most; that heard of longest ago is forgotten first. */
const MOST = 8;

/** Sanity checks of the latest subject: they take long, and a page forgets them whenever it is hidden. */
export class KeptChecks {
  #messages: readonly CheckMessage[] = [];

  keep(message: CheckMessage): CheckMessage {
    const others = this.of(message.subject).filter(({ check }) => !isSamePart(check, message.check));
    this.#messages = [...others, message].slice(-MOST);
    return message;
  }

  /** @param subject null where nothing is true of what is on screen */
  of(subject: SubjectRef | null): readonly CheckMessage[] {
    return this.#messages.filter((message) => subject !== null && isSameSubject(message.subject, subject));
  }
}
