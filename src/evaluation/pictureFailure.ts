import type { EngineFailure, ErrorCode } from '../protocol/errors.js';
import { reasonOf } from '../protocol/reasons.js';
import type { FailedPicture } from './report.js';

/** Failures that name the model and are one picture's all the same. */
const OF_VALUES: readonly ErrorCode[] = [
  'notFiniteLogits',
  'notFiniteZeros',
  'notFiniteTensor',
  'notFiniteMap',
];

/** Failures after which no other picture fares better. */
const OF_ALL: readonly ErrorCode[] = ['cancelled', 'full', 'outOfMemory', 'noTemporaryFiles'];

/**
 * How a picture that failed stands in the report; null where the failure is not the picture's, so that the run ends.
 * @param failure what the engine said; null for an error that nobody foresaw, which must not end a run of a night
 */
export function pictureFailure(
  { file, picture }: { readonly file: string; readonly picture: string },
  failure: EngineFailure | null,
  error: unknown,
): FailedPicture | null {
  if (failure === null)
    return {
      file,
      failure: { code: 'unexpected', parameters: { file, reason: reasonOf(error) }, detail: '' },
    };
  const { code, parameters } = failure;
  const isOfPicture = parameters['file'] === picture || OF_VALUES.includes(code);
  if (!isOfPicture || OF_ALL.includes(code)) return null;
  // Neither the places of this machine nor the log's stack belong into a report.
  const named = parameters['file'] === picture ? { ...parameters, file } : parameters;
  return { file, failure: { code, parameters: named, detail: '' } };
}
