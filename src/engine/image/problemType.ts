import * as v from 'valibot';

import type { Activation } from '../../protocol/model.js';
import { jsonBeside } from './besideModel.js';

const PROBLEM_TYPES = ['single_label_classification', 'multi_label_classification', 'regression'] as const;

/** Of transformers' `config.json`. */
const Config = v.object({ problem_type: v.picklist(PROBLEM_TYPES) });

const ACTIVATION_FOR = {
  single_label_classification: 'softmax',
  multi_label_classification: 'sigmoid',
  regression: 'none',
} as const satisfies Record<(typeof PROBLEM_TYPES)[number], Activation>;

/**
 * What a model's values are by the `config.json` beside it; null where there is none that says so.
 * @throws cannotRead
 */
export async function publishedActivation(model: string): Promise<Activation | null> {
  const config = v.safeParse(Config, await jsonBeside(model, 'config.json'));
  return config.success ? ACTIVATION_FOR[config.output.problem_type] : null;
}
