import type { EvaluationOrder } from './planning.js';

/** What is evaluated of a model, as somebody chose it. */
export interface EvaluationChoice extends Pick<
  EvaluationOrder,
  'sources' | 'methods' | 'metrics' | 'limit' | 'onlyCorrect'
> {
  /** Tensors. */
  readonly layers: readonly string[];
}

/** An evaluation that goes on when the window is opened again. */
export interface RememberedEvaluation {
  readonly order: EvaluationOrder;
  readonly paused: boolean;
}
