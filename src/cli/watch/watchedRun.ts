import { correlation } from '../../heatmap/correlation.js';
import type { Grid } from '../../heatmap/grid.js';
import { hoyerSparsity } from '../../heatmap/weights.js';
import type { StoredResult } from '../../checkpoints/store.js';
import type { Prediction } from '../../protocol/explanation.js';
import type { TimelineLayer } from '../../protocol/timeline.js';

/** What a checkpoint was found to see in a picture. */
export interface Seen {
  readonly step: number;
  /** As it is called within its run. */
  readonly file: string;
  readonly target: Prediction;
  readonly predicted: Prediction;
  readonly layers: readonly SeenLayer[];
  /** By tensor; none once they are forgotten. */
  readonly maps: ReadonlyMap<string, Grid>;
}

export interface SeenLayer extends Pick<TimelineLayer, 'tensor' | 'top' | 'relevanceSum'> {
  readonly hoyer: number | null;
}

/** What is kept of a result: of the weights of the channels, which are many, only how sparse they are. */
export function seenOf(
  { step, file }: Pick<Seen, 'step' | 'file'>,
  { target, predicted, layers }: Pick<StoredResult, 'target' | 'predicted' | 'layers'>,
): Seen {
  return {
    step,
    file,
    target,
    predicted,
    layers: layers.map(({ tensor, top, relevanceSum, weights }) => ({
      tensor,
      top,
      relevanceSum,
      hoyer: weights && hoyerSparsity(weights),
    })),
    maps: new Map(layers.map(({ tensor, width, height, map }) => [tensor, { width, height, values: map }])),
  };
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
  /** Of the map with that of the run's last checkpoint, and of the one before; null where one of them is not there. */
  readonly withLast: number | null;
  readonly withPrevious: number | null;
  readonly hoyer: number | null;
  /** Share of relevance conserved. */
  readonly conserved: number | null;
}

/** The numbers of one picture at the checkpoints of a run, by rising step. */
export function rowsOf(run: string, picture: string, seen: readonly Seen[]): readonly Row[] {
  const last = seen.at(-1);
  return seen.flatMap(({ step, file, target, predicted, layers, maps }, place) =>
    layers.map(({ tensor, hoyer, relevanceSum }): Row => {
      const map = maps.get(tensor);
      return {
        run,
        step,
        file,
        picture,
        target,
        predicted,
        layer: tensor,
        withLast: correlated(map, last?.maps.get(tensor)),
        withPrevious: correlated(map, seen[place - 1]?.maps.get(tensor)),
        hoyer,
        conserved: relevanceSum,
      };
    }),
  );
}

function correlated(map: Grid | undefined, other: Grid | undefined): number | null {
  const isAlike = map !== undefined && map.values.length === other?.values.length;
  return isAlike ? correlation(map.values, other.values) : null;
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
