import type { EngineFailure } from '../protocol/errors.js';
import type { EvaluationReport, FailedPicture } from './report.js';
import type { FailureGroup, ShownReport } from './reportPage.js';

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

/** What went wrong with a report's pictures, and with reading what is marked in them, as sentences. */
export function failureTexts(
  { failed, unread = [] }: Pick<EvaluationReport, 'failed' | 'unread'>,
  textOf: (failure: EngineFailure) => string,
): Pick<ShownReport, 'failures' | 'unread'> {
  const texts = (pictures: readonly FailedPicture[]): readonly FailureGroup[] =>
    failureGroups(pictures).map(({ failure, files }) => ({ text: textOf(failure), files }));
  return { failures: texts(failed), unread: texts(unread) };
}
