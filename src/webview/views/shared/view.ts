import type { Explanation, Picture } from '../../../protocol/explanation.js';
import type { ModelInfo } from '../../../protocol/model.js';

/** What a view shows: of the current class and method. */
export interface ViewProps {
  readonly model: ModelInfo;
  readonly picture: Picture;
  readonly explanation: Explanation;
}
