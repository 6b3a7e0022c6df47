import type { CheckpointExplainer } from '../../checkpoints/explaining.js';
import type { Panels } from '../panel/panels.js';
import type { Services } from '../panel/services.js';
import type { Predictions } from './predictions.js';
import type { LiveRun, Runs } from './runs.js';

/** What every timeline works with. */
export interface TimelineServices extends Omit<Services, 'models'> {
  readonly runs: Runs;
  readonly explainer: CheckpointExplainer;
  readonly predictions: Predictions;
  readonly panels: Panels;
  /** Asks the user for runs; none where the user chose none. */
  chooseRuns(): Promise<readonly LiveRun[]>;
}
