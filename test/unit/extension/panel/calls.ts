// A method of the engine whose answers the test gives.
import { vi } from 'vitest';
import { cancelled } from '../../../../src/extension/client/engineError.js';
import type { Call } from '../../../../src/protocol/engineApi.js';

/** A call as it is waited for: answered by the test, or rejected when cancelled. */
interface Waiting<Request> {
  readonly request: Request;
  readonly call: Call;
  answer(): void;
  fail(error: Error): void;
}

export class Calls<Request, Answer> {
  readonly made: Waiting<Request>[] = [];

  constructor(private readonly answerTo: (request: Request) => Answer) {}

  /** The method. */
  readonly make = (request: Request, call: Call): Promise<Answer> =>
    new Promise((resolve, reject) => {
      call.signal.addEventListener('abort', () => {
        reject(cancelled());
      });
      const answer = (): void => {
        resolve(this.answerTo(request));
      };
      this.made.push({ request, call, answer, fail: reject });
    });

  /** The n-th call, once it has been made. */
  async nth(n: number): Promise<Waiting<Request>> {
    return vi.waitFor(
      () => {
        const one = this.made[n];
        if (one === undefined) throw new Error(`Call ${n} was not made`);
        return one;
      },
      { interval: 1 },
    );
  }
}
