import type { StepValues } from './series.js';

const COLUMNS = [
  ...['run', 'step', 'file', 'picture', 'class', 'layer', 'value', 'logit', 'probability'],
  ...[
    'predicted',
    'predicted_value',
    'predicted_probability',
    'correlation_with_last',
    'correlation_with_pinned',
    'hoyer',
  ],
  ...['relevance_sum', 'iou', 'top_channels'],
];

export interface TableRows {
  readonly run: string;
  readonly picture: string;
  readonly layer: string;
  readonly values: readonly StepValues[];
}

/** The numbers behind the curves as CSV (RFC 4180), a checkpoint a line; what is not known stays empty. */
export function csvOf(tables: readonly TableRows[]): string {
  const lines = tables.flatMap(({ run, picture, layer, values }) =>
    values.map(({ checkpoint, target, predicted, withLast, withPinned, hoyer, relevanceSum, iou, top }) => [
      ...[run, checkpoint.step, checkpoint.name, picture, target.label, layer],
      ...[target.value, target.logit, target.probability],
      ...[predicted.label, predicted.value, predicted.probability],
      ...[withLast, withPinned, hoyer, relevanceSum, iou],
      top?.now.map(({ channel }) => channel).join(' ') ?? null,
    ]),
  );
  return [COLUMNS, ...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function quoted(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
