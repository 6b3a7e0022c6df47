import { parseGate, type Gate } from '../../evaluation/gate.js';
import { metricOf } from '../../evaluation/metricOf.js';
import type { Shard } from '../../evaluation/report.js';
import { CHANNEL_METHOD } from '../../protocol/evaluation.js';
import { DEFAULT_METHOD, type MethodId } from '../../protocol/methods.js';
import type { MetricId } from '../../protocol/metrics.js';
import { CommandError } from '../messages.js';
import {
  choices,
  megapixelsOf,
  methodOf,
  modelArguments,
  OF_MODEL,
  optional,
  optionsOf,
  required,
  type ModelArguments,
  type Values,
  wholeNumber,
} from '../options.js';
import { namedLists } from '../watch/watchArguments.js';
import { shardOf } from './shard.js';

/** What is made of a report. */
export interface ReportArguments {
  readonly out: string;
  readonly csv: string | null;
  readonly markdown: string | null;
  readonly latex: string | null;
  /** One page with all that it needs. */
  readonly html: string | null;
  /** An earlier report, and what must not have changed since. */
  readonly baseline: string | null;
  readonly gates: readonly Gate[];
}

/** A run over pictures. */
export interface RunArguments extends ModelArguments {
  readonly task: 'run';
  readonly images: readonly string[];
  /** Files and folders that say what the pictures show. */
  readonly boxes: readonly string[];
  readonly methods: readonly MethodId[];
  /** null for the ends of the model's stages. */
  readonly layers: string | null;
  readonly metrics: readonly MetricId[];
  /** null for all pictures. */
  readonly limit: number | null;
  readonly seed: number;
  readonly onlyCorrect: boolean;
  /** Whether it is kept which pictures excite the layers' channels most. */
  readonly channels: boolean;
  readonly shard: Shard | null;
  readonly maxMegapixels: number;
}

export interface MergeArguments {
  readonly task: 'merge';
  /** Reports of the parts of an evaluation. */
  readonly parts: readonly string[];
}

export type EvaluateArguments = ReportArguments & (RunArguments | MergeArguments);

const OF_REPORT = ['out', 'csv', 'markdown', 'latex', 'html', 'baseline'];
const FLAGS = { onlyCorrect: '--only-correct', noChannels: '--no-channels' };
const DEFAULT_METRICS: readonly MetricId[] = ['average-drop', 'average-increase'];

/** @throws CommandError, badGate, noMetric */
export function evaluateArguments(words: readonly string[]): EvaluateArguments {
  const listed = namedLists(words.filter((word) => !Object.values(FLAGS).includes(word)));
  if (words.some((word) => word === '--merge' || word.startsWith('--merge='))) {
    const values = optionsOf(listed, OF_REPORT, ['merge', 'fail-if']);
    return { task: 'merge', parts: values['merge'] ?? [], ...reportArguments(values) };
  }
  const values = optionsOf(
    listed,
    [...OF_MODEL, ...OF_REPORT, 'limit', 'seed', 'shard', 'max-megapixels'],
    ['images', 'boxes', 'methods', 'layers', 'metrics', 'fail-if'],
  );
  required(values, 'images');
  const methods = choices(values, 'methods', methodOf) ?? [DEFAULT_METHOD];
  return {
    task: 'run',
    ...modelArguments(values),
    images: values['images'] ?? [],
    boxes: values['boxes'] ?? [],
    methods,
    layers: values['layers']?.join(',') ?? null,
    metrics: choices(values, 'metrics', metricOf) ?? DEFAULT_METRICS,
    ...whichPictures(values),
    onlyCorrect: words.includes(FLAGS.onlyCorrect),
    channels: methods.includes(CHANNEL_METHOD) && !words.includes(FLAGS.noChannels),
    maxMegapixels: megapixelsOf(values['max-megapixels']?.[0]),
    ...reportArguments(values),
  };
}

function whichPictures(values: Values): Pick<RunArguments, 'limit' | 'seed' | 'shard'> {
  const [shard] = values['shard'] ?? [];
  return {
    limit: values['limit'] === undefined ? null : wholeNumber(values, 'limit', 1),
    seed: values['seed'] === undefined ? 0 : wholeNumber(values, 'seed', 0),
    shard: shard === undefined ? null : shardOf(shard, process.env),
  };
}

function reportArguments(values: Values): ReportArguments {
  const baseline = optional(values, 'baseline');
  const gates = (values['fail-if'] ?? []).map(parseGate);
  if (gates.length > 0 && baseline === null)
    throw new CommandError('--fail-if compares with an earlier report: name it with --baseline.');
  return {
    out: required(values, 'out'),
    csv: optional(values, 'csv'),
    markdown: optional(values, 'markdown'),
    latex: optional(values, 'latex'),
    html: optional(values, 'html'),
    baseline,
    gates,
  };
}
