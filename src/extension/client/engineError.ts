import { ENGINE_FAILURE, ERROR_TEXTS } from '../../protocol/errors.js';
import type { EngineFailure } from '../../protocol/errors.js';

/** The engine says that it cannot do what was asked, and why. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly failure: EngineFailure;

  constructor(failure: EngineFailure) {
    super(failure.code);
    this.failure = failure;
  }
}

/** The background process ended before it answered. */
export class EngineDied extends Error {
  override readonly name = 'EngineDied';
  /** Whether the request may be what ended it: not where we did, nor while another request had its turn. */
  readonly blamed: boolean;

  constructor(how: string, blamed: boolean) {
    super(`The background process ended (${how}).`);
    this.blamed = blamed;
  }
}

export function cancelled(): EngineError {
  return new EngineError({ code: 'cancelled', parameters: {}, detail: '' });
}

export function isCancelled(error: unknown): boolean {
  return error instanceof EngineError && error.failure.code === 'cancelled';
}

/** What the engine says was wrong; null for an error that it did not name. */
export function failureOf(error: unknown): EngineFailure | null {
  return error instanceof EngineError ? error.failure : null;
}

/** The process has no memory for the model, and takes no further request. */
export function isFull(error: unknown): boolean {
  return error instanceof EngineError && error.failure.code === 'full';
}

/** What JSON-RPC rejected a request with, as an `EngineError` where the engine named the cause. */
export function fromRpc(error: unknown): unknown {
  if (!isRecord(error) || error['code'] !== ENGINE_FAILURE || !isFailure(error['data'])) return error;
  return new EngineError(error['data']);
}

function isFailure(data: unknown): data is EngineFailure {
  return isRecord(data) && typeof data['code'] === 'string' && Object.hasOwn(ERROR_TEXTS, data['code']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
