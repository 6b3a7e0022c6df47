import { objectSize, type ObjectSize } from '../protocol/metrics.js';
import type { EvaluationReport, ReportPicture } from './report.js';

/** What a mean may be taken over besides all of a report's pictures. */
export interface Selection {
  readonly onlyCorrect: boolean;
  /** Pictures in which so much is marked; null for all. */
  readonly objects: ObjectSize | null;
}

/** What the report's plan says. */
export function plannedSelection({ plan }: EvaluationReport): Selection {
  return { onlyCorrect: plan.onlyCorrect, objects: null };
}

/** The pictures that count. */
export function countedPictures(
  { pictures }: Pick<EvaluationReport, 'pictures'>,
  { onlyCorrect, objects }: Selection,
): readonly ReportPicture[] {
  return pictures.filter(
    (picture) =>
      (!onlyCorrect || isCorrect(picture)) &&
      (objects === null || (picture.marked !== null && objectSize(picture.marked.share) === objects)),
  );
}

export function isCorrect({ expected, predicted }: Pick<ReportPicture, 'expected' | 'predicted'>): boolean {
  return expected.includes(predicted);
}
