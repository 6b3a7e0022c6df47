import { isCorrect } from './counted.js';
import type { EvaluationReport, ReportPicture } from './report.js';

/** How the model classifies the pictures of which somebody says what they show. */
export interface Accuracy {
  readonly correct: number;
  readonly n: number;
  /** What was taken for what, the most frequent first. */
  readonly confusions: readonly Confusion[];
}

export interface Confusion {
  readonly expected: number;
  readonly predicted: number;
  readonly pictures: number;
}

/** Over all pictures of a report, those that no mean counts included; null where nothing is said of any. */
export function accuracyOf({ pictures }: Pick<EvaluationReport, 'pictures'>): Accuracy | null {
  const known = pictures.filter(({ expected }) => expected.length > 0);
  if (known.length === 0) return null;
  const wrong = known.filter((picture) => !isCorrect(picture));
  return { correct: known.length - wrong.length, n: known.length, confusions: confusionsOf(wrong) };
}

function confusionsOf(wrong: readonly ReportPicture[]): readonly Confusion[] {
  const counts = new Map<string, Confusion>();
  for (const {
    expected: [expected = -1],
    predicted,
  } of wrong) {
    const key = `${expected} ${predicted}`;
    const before = counts.get(key)?.pictures ?? 0;
    counts.set(key, { expected, predicted, pictures: before + 1 });
  }
  return [...counts.values()].sort(
    (a, b) => b.pictures - a.pictures || a.expected - b.expected || a.predicted - b.predicted,
  );
}
