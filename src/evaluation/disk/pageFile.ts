import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import type { PanelStrings } from '../../protocol/panelStrings.js';
import { bothEnds } from '../bothEnds.js';
import { EXCITEMENTS } from '../channels/excited.js';
import { onlyBest, rankedChannels } from '../channels/rankedChannels.js';
import { ranked } from '../extremes.js';
import { modelName, type EvaluationReport } from '../report.js';
import type { OtherReport, ShownReport } from '../reportPage.js';
import { htmlOf } from '../export/html.js';

/** So many channels of a layer come with the pictures that excite them, of each kind. */
const MOST_CHANNELS = 24;

/** Of the pictures in a page, in bytes: what a browser still opens at once, and a mail still carries. */
const MOST_BYTES = 12e6;

/** What browsers show, by the ending of a file. */
const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.bmp': 'image/bmp',
  '.avif': 'image/avif',
};

export interface PageFile extends Pick<ShownReport, 'failures' | 'unread'> {
  /** The folder of the bundled programs. */
  readonly dist: string;
  /** The folder of the report's pictures. */
  readonly pictures: string;
  readonly report: EvaluationReport;
  readonly other: OtherReport | null;
  readonly strings: PanelStrings;
  /** BCP 47 tag of the strings' language. */
  readonly locale: string;
}

/** The page of a report as one file of HTML, with its data, its program and as many of its best and worst pictures as it can hold. */
export async function pageFile(page: PageFile): Promise<string> {
  const { dist, pictures, report, failures, unread, other, strings, locale } = page;
  const [script, style] = await Promise.all(
    ['report.js', 'report.css'].map((name) => readFile(join(dist, name), 'utf8')),
  );
  const bounded = withBestChannels(report);
  const addresses = await wholePictures(bounded, pictures);
  const shown = { report: bounded, failures, unread, pictures: { kind: 'whole', addresses } } as const;
  const title = strings.reportTitle.replace('{model}', () => modelName(report.model));
  return htmlOf(
    { script: script ?? '', style: style ?? '' },
    { strings, locale, alone: { shown, other } },
    title,
  );
}

function withBestChannels(report: EvaluationReport): EvaluationReport {
  const { channels } = report;
  return channels === undefined ? report : { ...report, channels: onlyBest(channels, MOST_CHANNELS) };
}

/** Pictures as addresses that hold them, those first that the page shows first; what cannot be read is left out. */
async function wholePictures(report: EvaluationReport, folder: string): Promise<Record<string, string>> {
  const addresses: Record<string, string> = {};
  let left = MOST_BYTES;
  for (const file of alternating(filesAtEnds(report), filesOfChannels(report))) {
    const type = TYPES[extname(file).toLowerCase()];
    const bytes = type === undefined ? null : await readFile(join(folder, file)).catch(() => null);
    if (bytes === null || bytes.length > left) continue;
    left -= bytes.length;
    addresses[file] = `data:${type};base64,${bytes.toString('base64')}`;
  }
  return addresses;
}

/** The pictures at both ends of every metric, method and layer. */
function filesAtEnds(report: EvaluationReport): ReadonlySet<string> {
  const { metrics, methods, layers } = report.plan;
  const files = new Set<string>();
  for (const metric of metrics.keys())
    for (const method of methods.keys())
      for (const layer of [...layers.keys()].reverse()) {
        const { first, last } = bothEnds(ranked(report, { metric, method, layer }));
        for (const { picture } of [...first, ...last]) files.add(picture.file);
      }
  return files;
}

/** The pictures that excite channels, the most excited channels of the deepest layer first. */
function filesOfChannels({ channels }: EvaluationReport): ReadonlySet<string> {
  const files = new Set<string>();
  for (const layer of channels?.layers.toReversed() ?? [])
    for (const kind of EXCITEMENTS)
      for (const { excited } of rankedChannels(layer, kind))
        for (const [picture] of excited) files.add(channels?.pictures[picture]?.file ?? '');
  return files;
}

/** One of each in turn, none twice. */
function alternating(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  const [left, right] = [[...one], [...other]];
  const length = Math.max(left.length, right.length);
  const places = Array.from({ length }, (_, place) => place);
  return new Set(places.flatMap((place) => [left[place], right[place]]).filter((file) => file !== undefined));
}
