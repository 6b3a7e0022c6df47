import { modelName, type EvaluationReport } from '../report.js';

/** In one sentence, what was evaluated on what; for captions. */
export function sampleText({ model, plan, pictures }: EvaluationReport): string {
  const { limit, seed, onlyCorrect, shard } = plan;
  const drawn = limit === null ? '' : `, drawn with seed ${seed}`;
  const part = shard === null ? '' : `, part ${shard.index} of ${shard.count}`;
  const which = onlyCorrect ? ' Means over the correctly classified ones.' : '';
  return `${modelName(model)} on ${pictures.length} pictures${drawn}${part}; bootstrap 95 % intervals.${which}`;
}
