import { inspect } from 'node:util';
import type { EngineFailure, ErrorCode } from '../protocol/errors.js';

/** A failure whose cause a user can act on, thrown anywhere in the engine. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly failure: EngineFailure;

  constructor(failure: EngineFailure, cause?: unknown) {
    super(failure.code, { cause });
    this.failure = failure;
  }
}

/**
 * Makes the error of one failure; the caller throws it.
 * @param parameters fill the `{…}` of the code's text in `ERROR_TEXTS`
 * @param cause what was caught, for the log
 */
export function fail(code: ErrorCode, parameters: EngineFailure['parameters'], cause?: unknown): EngineError {
  return new EngineError({ code, parameters, detail: detailOf(cause) }, cause);
}

function detailOf(cause: unknown): string {
  return cause === undefined ? '' : inspect(cause);
}
