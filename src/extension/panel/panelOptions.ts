import type { ModelChoice } from '../../protocol/engineApi.js';
import type { MethodId } from '../../protocol/methods.js';

/** What a panel begins with. */
export interface PanelOptions {
  /** Class to begin with; null for the predicted one. */
  readonly target: number | null;
  readonly tensor: string | null;
  /** Method to begin with. */
  readonly method: MethodId;
  /** Model to begin with; null for the workspace's. */
  readonly model: ModelChoice | null;
  /** A model to compare with; null where there is none. */
  readonly second: ModelChoice | null;
  /** Whether the user may be asked which model to use. */
  readonly ask: boolean;
}
