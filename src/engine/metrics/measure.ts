import type { MetricId } from '../../protocol/metrics.js';
import { report, type Turn } from '../progress.js';
import type { MeasuredMap, Series } from './metric.js';
import { METRIC_TABLE } from './table.js';

/** Runs the model on changed pictures. */
export interface Passes {
  /** How many pictures the next run should take. */
  readonly atOnce: () => Promise<number>;
  /** @returns the probability of the class under test in each */
  readonly run: (pictures: readonly Float32Array[]) => Promise<readonly number[]>;
}

export type MetricValues = Readonly<Partial<Record<MetricId, number | null>>>;

/**
 * What metrics say of maps. Passes are shared by the metrics of a map, and run together whatever map they are of; between
 * runs it gives way.
 * @returns the values of each map, in order
 * @throws cancelled; what `passes` throws
 */
export async function measure(
  maps: readonly MeasuredMap[],
  metrics: readonly MetricId[],
  passes: Passes,
  turn: Turn,
): Promise<readonly MetricValues[]> {
  const series = new Set(metrics.flatMap((id) => METRIC_TABLE[id].series ?? []));
  const found = maps.map(() => new Map<Series, number[]>());
  let waiting: Changed[] = [];
  const ask = async (): Promise<void> => {
    const answers = await passes.run(waiting.map(({ picture }) => picture));
    waiting.forEach(({ place, series: of }, index) => {
      const before = found[place]?.get(of) ?? [];
      found[place]?.set(of, [...before, answers[index] ?? NaN]);
    });
    const [last] = waiting.slice(-1);
    waiting = [];
    await turn.giveWay();
    report(turn, 'run', (last?.place ?? 0) / maps.length);
  };
  for (const changed of changedPictures(maps, series)) {
    waiting.push(changed);
    if (waiting.length >= (await passes.atOnce())) await ask();
  }
  if (waiting.length > 0) await ask();
  return maps.map((map, place) => {
    const values: Partial<Record<MetricId, number | null>> = {};
    for (const id of metrics) {
      const metric = METRIC_TABLE[id];
      const probabilities = metric.series && found[place]?.get(metric.series);
      values[id] = metric.value(map, probabilities ?? []);
    }
    return values;
  });
}

interface Changed {
  readonly place: number;
  readonly series: Series;
  readonly picture: Float32Array;
}

/** Only of what the model gives probabilities of. */
function* changedPictures(maps: readonly MeasuredMap[], series: ReadonlySet<Series>): Generator<Changed> {
  for (const [place, map] of maps.entries())
    if (map.picture.probability !== null)
      for (const of of series) for (const picture of of(map)) yield { place, series: of, picture };
}
