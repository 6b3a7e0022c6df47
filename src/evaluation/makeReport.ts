import { compareNaturally } from '../protocol/naturalOrder.js';
import { BestPictures } from './channels/bestPictures.js';
import type { ReportChannels } from './channels/excited.js';
import type { JournalEntry } from './journal.js';
import {
  REPORT_FORMAT,
  REPORT_VERSION,
  type EvaluationHead,
  type EvaluationReport,
  type FailedPicture,
  type ReportPlan,
} from './report.js';

/** The report of an evaluation; in whatever order its pictures came, it is the same. */
export function reportOf(
  { program, model, plan }: EvaluationHead,
  entries: readonly JournalEntry[],
): EvaluationReport {
  const names = new Map<string, number>();
  for (const { unmatched } of entries)
    for (const name of unmatched) names.set(name, (names.get(name) ?? 0) + 1);
  return {
    format: REPORT_FORMAT,
    version: REPORT_VERSION,
    program,
    model,
    plan,
    pictures: inOrder(entries.flatMap((entry) => ('picture' in entry ? entry.picture : []))),
    failed: inOrder(entries.flatMap((entry) => ('failed' in entry ? entry.failed : []))),
    ...unreadIn(entries.flatMap(unreadOf)),
    unmatched: inOrderOfNames(names),
    ...(plan.channels && { channels: channelsOf(plan, entries) }),
  };
}

function unreadOf(entry: JournalEntry): readonly FailedPicture[] {
  if (!('picture' in entry)) return [];
  const { file } = entry.picture;
  return (entry.unread ?? []).map((failure) => ({ file, failure }));
}

/** The part of a report that is absent where it is empty. */
export function unreadIn(unread: readonly FailedPicture[]): Pick<EvaluationReport, 'unread'> {
  return unread.length === 0 ? {} : { unread: inOrder(unread) };
}

function channelsOf({ layers }: ReportPlan, entries: readonly JournalEntry[]): ReportChannels {
  const best = new BestPictures(layers.length);
  for (const entry of entries)
    if ('picture' in entry && entry.channels) best.addPicture(entry.picture.file, entry.channels);
  return best.report;
}

export function inOrder<T extends { readonly file: string }>(pictures: readonly T[]): readonly T[] {
  return pictures.toSorted((a, b) => compareNaturally(a.file, b.file));
}

/** @param names with the number of pictures of which they are said */
export function inOrderOfNames(names: ReadonlyMap<string, number>): EvaluationReport['unmatched'] {
  return Array.from(names, ([name, pictures]) => ({ name, pictures })).sort((a, b) =>
    compareNaturally(a.name, b.name),
  );
}

/** The file of a report: JSON with a line for each picture, so that two of them can be compared line by line. */
export function reportText(report: EvaluationReport): string {
  const { pictures, failed, unread, unmatched, channels, ...head } = report;
  const parts = [
    ...Object.entries(head).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`),
    ...Object.entries({ pictures, failed, ...(unread && { unread }), unmatched }).map(
      ([name, items]) => `${JSON.stringify(name)}:${list(items)}`,
    ),
    ...(channels === undefined ? [] : [channelsText(channels)]),
  ];
  return `{\n${parts.join(',\n')}\n}\n`;
}

function channelsText({ pictures, layers }: ReportChannels): string {
  return `"channels":{"pictures":${list(pictures)},"layers":${list(layers)}}`;
}

function list(items: readonly unknown[]): string {
  return items.length === 0 ? '[]' : `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
}
