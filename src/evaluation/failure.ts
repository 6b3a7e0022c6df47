import type { EngineFailure, ErrorCode } from '../protocol/errors.js';

/** A failure of an evaluation whose cause a user can act on. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly failure: EngineFailure;

  /** @param parameters fill the `{…}` of the code's text in `ERROR_TEXTS` */
  constructor(code: ErrorCode, parameters: EngineFailure['parameters'], cause?: unknown) {
    super(code, { cause });
    this.failure = { code, parameters, detail: cause instanceof Error ? (cause.stack ?? '') : '' };
  }
}
