import type { ErrorCode } from '../protocol/errors.js';

/** What is said of files of which a part is not written yet. */
const INCOMPLETE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'cannotRead',
  'emptyFile',
  'notOnnx',
  'truncatedModel',
  'damagedModel',
  'externalDataMissing',
  'externalDataTooShort',
  'changedModel',
  'damagedWeights',
  'notWeights',
]);

/** Whether a checkpoint that cannot be opened for this reason may merely be incomplete. */
export function maybeIncomplete(code: ErrorCode): boolean {
  return INCOMPLETE.has(code);
}
