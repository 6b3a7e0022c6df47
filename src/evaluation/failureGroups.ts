import type { EngineFailure } from '../protocol/errors.js';
import type { FailedPicture } from './report.js';

/** Pictures that failed of one cause. */
export interface FailedPictures {
  /** That of the first of them. */
  readonly failure: EngineFailure;
  readonly files: readonly string[];
}

/** Pictures by what went wrong, the most frequent cause first: twelve of a format that is not read are one entry. */
export function failureGroups(failed: readonly FailedPicture[]): readonly FailedPictures[] {
  const groups = new Map<string, { readonly failure: EngineFailure; readonly files: string[] }>();
  for (const { file, failure } of failed) {
    const { code, parameters } = failure;
    const key = JSON.stringify([code, { ...parameters, file: '' }]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { failure, files: [file] });
    else group.files.push(file);
  }
  return [...groups.values()].sort((a, b) => b.files.length - a.files.length);
}
