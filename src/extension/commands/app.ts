import type { Uri } from 'vscode';

import type { EngineClient } from '../client/engineClient.js';
import type { Runs } from '../checkpoints/runs.js';
import type { Timelines } from '../checkpoints/timelines.js';
import type { Evaluations } from '../evaluation/evaluations.js';
import type { EvaluationServices } from '../evaluation/runningEvaluation.js';
import type { Sample } from '../model/sample.js';
import type { Panels } from '../panel/panels.js';
import type { ReportEditors } from '../report/reportEditors.js';
import type { Services } from '../panel/services.js';
import type { Sidebar } from '../sidebar/sidebar.js';

/** What commands act on. */
export interface App extends Services {
  readonly engine: EngineClient;
  readonly panels: Panels;
  readonly sidebar: Sidebar;
  readonly sample: Sample;
  readonly runs: Runs;
  readonly timelines: Timelines;
  readonly evaluations: Evaluations;
  readonly evaluation: EvaluationServices;
  readonly reports: ReportEditors;
  /** Where evaluations that nobody asked to keep are kept. */
  readonly storage: Uri;
}
