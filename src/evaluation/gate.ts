import { METRIC_FACTS, type MetricId } from '../protocol/metrics.js';
import type { Difference } from './compare.js';
import { EvaluationError } from './failure.js';
import { metricOf } from './metricOf.js';

/** A change against an earlier report that is not to be. */
export interface Gate {
  /** As it was written. */
  readonly text: string;
  readonly metric: MetricId;
  /** Name or tensor; null for every layer. */
  readonly layer: string | null;
  readonly fails: 'above' | 'below';
  /** In the metric's unit as tables have it: percentages in points. */
  readonly change: number;
}

const CONDITION =
  /^\s*(?<metric>[\w-]+)(?:@(?<layer>[^<>]+?))?\s*(?<sign>[<>])\s*(?<change>[+-]\d+(?:\.\d+)?)\s*$/;

/** Reads a condition as `average-drop@layer4 > +2`. @throws badGate, noMetric */
export function parseGate(text: string): Gate {
  const { metric, layer, sign, change } = CONDITION.exec(text)?.groups ?? {};
  if (metric === undefined) throw new EvaluationError('badGate', { gate: text });
  return {
    text,
    metric: metricOf(metric),
    layer: layer ?? null,
    fails: sign === '>' ? 'above' : 'below',
    change: Number(change),
  };
}

/**
 * The differences for which the condition holds, of any method.
 * @param file of the earlier report, for errors
 * @throws emptyGate where the reports have nothing in common that it speaks of
 */
export function failing(gate: Gate, differences: readonly Difference[], file: string): readonly Difference[] {
  const ofMetric = differences.filter(({ metric }) => metric === gate.metric);
  const concerned = ofMetric.filter(
    ({ layer }) => gate.layer === null || [layer.label, layer.tensor].includes(gate.layer),
  );
  if (concerned.length === 0) {
    const part = ofMetric.length === 0 ? gate.metric : `layer ${gate.layer ?? ''}`;
    throw new EvaluationError('emptyGate', { gate: gate.text, file, part });
  }
  const { factor } = METRIC_FACTS[gate.metric];
  return concerned.filter(({ difference }) => {
    const change = difference.mean * factor;
    return gate.fails === 'above' ? change > gate.change : change < gate.change;
  });
}
