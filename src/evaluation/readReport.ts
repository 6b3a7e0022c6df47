import * as v from 'valibot';

import { ERROR_TEXTS, type ErrorCode } from '../protocol/errors.js';
import { METHODS } from '../protocol/methods.js';
import { METRICS } from '../protocol/metrics.js';
import { CHANNEL_ORDERS, FITS, INTERPOLATIONS, LAYOUTS, ROUNDINGS } from '../protocol/model.js';
import { REPORT_CHANNELS } from './channels/readChannels.js';
import { EvaluationError } from './failure.js';
import { REPORT_FORMAT, REPORT_VERSION, type EvaluationReport } from './report.js';

/**
 * The report that a file holds.
 * @param file its name, for errors
 * @throws notReport, newerReport
 */
export function parseReport(file: string, text: string): EvaluationReport {
  const found = parseJson(text);
  const head = v.safeParse(HEAD, found);
  if (!head.success) throw new EvaluationError('notReport', { file });
  if (head.output.version > REPORT_VERSION) throw new EvaluationError('newerReport', { file });
  const report = v.safeParse(REPORT, found);
  if (report.success) return report.output;
  throw new EvaluationError('damagedReport', { file, place: v.getDotPath(report.issues[0]) ?? '' });
}

/** null for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    const found: unknown = JSON.parse(text);
    return found;
  } catch {
    return null;
  }
}

const HEAD = v.object({ format: v.literal(REPORT_FORMAT), version: v.pipe(v.number(), v.integer()) });

const text = v.string();
const number = v.number();
const count = v.pipe(number, v.integer(), v.minValue(0));
const listOf = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.readonly());
const pair = v.pipe(v.tuple([number, number]), v.readonly());

const SHARD = v.object({ index: count, count });

export const FAILURE = v.object({
  code: v.custom<ErrorCode>((code) => typeof code === 'string' && Object.hasOwn(ERROR_TEXTS, code)),
  parameters: v.record(text, v.union([text, number])),
  detail: text,
});

const FAILED = v.object({ file: text, failure: FAILURE });

export const PICTURE = v.object({
  file: text,
  expected: listOf(count),
  predicted: count,
  probability: v.nullable(number),
  target: count,
  marked: v.nullable(v.object({ target: count, share: number })),
  values: listOf(listOf(listOf(v.nullable(number)))),
});

const MODEL = v.object({
  file: text,
  sha256: text,
  labels: listOf(text),
  preprocessing: v.object({
    fit: v.picklist(FITS),
    resize: number,
    inputWidth: number,
    inputHeight: number,
    interpolation: v.picklist(INTERPOLATIONS),
    antialias: v.boolean(),
    rounding: v.optional(v.picklist(ROUNDINGS), 'torchvision'),
    padColor: v.pipe(v.tuple([number, number, number]), v.readonly()),
    orientation: v.boolean(),
    bitDepth: number,
    floatRange: pair,
    range: pair,
    mean: listOf(number),
    std: listOf(number),
    channelOrder: v.picklist(CHANNEL_ORDERS),
    layout: v.picklist(LAYOUTS),
  }),
});

const PLAN = v.object({
  root: text,
  found: count,
  drawn: text,
  sources: listOf(text),
  methods: listOf(v.picklist(METHODS)),
  layers: listOf(
    v.object({
      ...{ tensor: text, label: text, height: count, width: count },
      field: v.exactOptional(v.object({ rows: listOf(pair), columns: listOf(pair) })),
    }),
  ),
  metrics: listOf(v.picklist(METRICS)),
  limit: v.nullable(count),
  seed: number,
  onlyCorrect: v.boolean(),
  channels: v.optional(v.boolean(), false),
  shard: v.nullable(SHARD),
});

/** What comes out has its parts in one order, from wherever they came. */
export const EVALUATION_HEAD = v.object({ program: text, model: MODEL, plan: PLAN });

const REPORT: v.GenericSchema<unknown, EvaluationReport> = v.object({
  format: v.literal(REPORT_FORMAT),
  version: v.literal(REPORT_VERSION),
  ...EVALUATION_HEAD.entries,
  pictures: listOf(PICTURE),
  failed: listOf(FAILED),
  unread: v.exactOptional(listOf(FAILED)),
  unmatched: listOf(v.object({ name: text, pictures: count })),
  channels: v.exactOptional(REPORT_CHANNELS),
});
