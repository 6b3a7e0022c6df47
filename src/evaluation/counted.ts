import type { EvaluationReport, ReportPicture } from './report.js';

/** What a mean may be taken over besides all of a report's pictures. */
export interface Selection {
  readonly onlyCorrect: boolean;
  /** Pictures less of whose input is marked than this share; null for all. */
  readonly markedBelow: number | null;
}

/** What the report's plan says. */
export function plannedSelection({ plan }: EvaluationReport): Selection {
  return { onlyCorrect: plan.onlyCorrect, markedBelow: null };
}

/** The pictures that count. */
export function countedPictures(
  { pictures }: Pick<EvaluationReport, 'pictures'>,
  { onlyCorrect, markedBelow }: Selection,
): readonly ReportPicture[] {
  return pictures.filter(
    (picture) =>
      (!onlyCorrect || isCorrect(picture)) &&
      (markedBelow === null || (picture.marked !== null && picture.marked.share < markedBelow)),
  );
}

export function isCorrect({ expected, predicted }: Pick<ReportPicture, 'expected' | 'predicted'>): boolean {
  return expected.includes(predicted);
}
