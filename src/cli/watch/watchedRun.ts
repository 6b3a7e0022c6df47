import { correlation } from '../../heatmap/correlation.js';
import { hoyerSparsity } from '../../heatmap/weights.js';
import type { StoredResult } from '../../checkpoints/store.js';
import type { Prediction } from '../../protocol/explanation.js';

/** What a checkpoint was found to see in a picture. */
export interface Seen {
  readonly step: number;
  /** As it is called within its run. */
  readonly file: string;
  readonly result: Pick<StoredResult, 'target' | 'predicted' | 'layers'>;
}

/** One layer of a picture at a checkpoint, in numbers. */
export interface Row {
  readonly run: string;
  readonly step: number;
  readonly file: string;
  readonly picture: string;
  readonly target: Prediction;
  readonly predicted: Prediction;
  readonly layer: string;
  /** Of the map with that of the run's last checkpoint, and of the one before; null where there is none. */
  readonly withLast: number | null;
  readonly withPrevious: number | null;
  readonly hoyer: number | null;
  /** Share of relevance conserved. */
  readonly conserved: number | null;
}

/** The numbers of one picture at the checkpoints of a run, by rising step. */
export function rowsOf(run: string, picture: string, seen: readonly Seen[]): readonly Row[] {
  const last = seen.at(-1);
  return seen.flatMap(({ step, file, result: { target, predicted, layers } }, place) =>
    layers.map(({ tensor, map, weights, relevanceSum }): Row => ({
      run,
      step,
      file,
      picture,
      target,
      predicted,
      layer: tensor,
      withLast: correlated(map, mapOf(last, tensor)),
      withPrevious: correlated(map, mapOf(seen[place - 1], tensor)),
      hoyer: weights && hoyerSparsity(weights),
      conserved: relevanceSum,
    })),
  );
}

function mapOf(seen: Seen | undefined, tensor: string): Float32Array | undefined {
  return seen?.result.layers.find((layer) => layer.tensor === tensor)?.map;
}

function correlated(map: Float32Array, other: Float32Array | undefined): number | null {
  return other?.length === map.length ? correlation(map, other) : null;
}

const HEADS = [
  'run',
  'step',
  'file',
  'picture',
  'class',
  'logit',
  'probability',
  'predicted',
  'predicted_probability',
  'layer',
  'correlation_with_last',
  'correlation_with_previous',
  'hoyer_sparsity',
  'relevance_conserved',
];

/** One line a row, as spreadsheets and pandas read it. */
export function csvOf(rows: readonly Row[]): string {
  const lines = rows.map(({ run, step, file, picture, target, predicted, layer, ...values }) => [
    run,
    step,
    file,
    picture,
    target.label,
    target.logit,
    target.probability,
    predicted.label,
    predicted.probability,
    layer,
    values.withLast,
    values.withPrevious,
    values.hoyer,
    values.conserved,
  ]);
  return [HEADS, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Number(value.toPrecision(9)));
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
