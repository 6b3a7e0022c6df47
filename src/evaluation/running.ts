import { isCorrect } from './counted.js';
import type { Estimate, MetricTable } from './metricTable.js';
import type { ReportPicture, ReportPlan } from './report.js';

/** Of a normal distribution, 95 % lie within so many deviations of the mean. */
const DEVIATIONS = 1.96;

/**
 * Means while an evaluation runs, which take no memory for each picture; their intervals are those of a normal
 * distribution. The report's own are bootstrapped (`summary.ts`).
 */
export class RunningMeans {
  readonly #plan: Pick<ReportPlan, 'methods' | 'layers' | 'metrics' | 'onlyCorrect'>;
  readonly #moments: readonly (readonly (readonly Moments[])[])[];

  constructor(plan: Pick<ReportPlan, 'methods' | 'layers' | 'metrics' | 'onlyCorrect'>) {
    this.#plan = plan;
    const { methods, layers, metrics } = plan;
    this.#moments = methods.map(() => layers.map(() => metrics.map(() => new Moments())));
  }

  add(picture: ReportPicture): void {
    if (this.#plan.onlyCorrect && !isCorrect(picture)) return;
    this.#moments.forEach((ofMethod, i) => {
      ofMethod.forEach((ofLayer, j) => {
        ofLayer.forEach((moments, k) => {
          const value = picture.values[i]?.[j]?.[k] ?? null;
          if (value !== null) moments.add(value);
        });
      });
    });
  }

  get tables(): readonly MetricTable[] {
    const { methods, layers, metrics } = this.#plan;
    return metrics.map((metric, k) => ({
      metric,
      objects: null,
      methods,
      rows: layers.map((layer, j) => ({
        layer,
        cells: methods.map((_, i) => this.#moments[i]?.[j]?.[k]?.estimate ?? null),
      })),
    }));
  }
}

/** Welford's sums: no difference of large numbers. */
class Moments {
  #n = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.#n++;
    const before = value - this.#mean;
    this.#mean += before / this.#n;
    this.#squares += before * (value - this.#mean);
  }

  get estimate(): Estimate | null {
    const n = this.#n;
    if (n === 0) return null;
    const reach = n === 1 ? 0 : DEVIATIONS * Math.sqrt(this.#squares / (n - 1) / n);
    return { mean: this.#mean, low: this.#mean - reach, high: this.#mean + reach, n };
  }
}
