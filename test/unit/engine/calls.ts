import type { Call } from '../../../src/protocol/engineApi.js';

/** A call that nobody watches or cancels. */
export function call(signal: AbortSignal = new AbortController().signal): Call {
  return { signal, progress: () => undefined };
}
