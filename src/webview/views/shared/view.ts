import type { GenericSchema } from 'valibot';
import type { Explanation, Picture } from '../../../protocol/explanation.js';
import type { ModelInfo } from '../../../protocol/model.js';

/** What a view shows, of the current class and method. */
export interface ShownProps {
  readonly model: ModelInfo;
  readonly picture: Picture;
  readonly explanation: Explanation;
}

/** The same, and what is chosen for the view alone. */
export interface ViewProps<T> extends ShownProps {
  readonly choice: T;
  readonly choose: (choice: T) => void;
}

/** What a view keeps while it is not shown, even while the panel is closed. */
export interface ChoiceShape<T> {
  /** What was kept in another shape is forgotten. */
  readonly schema: GenericSchema<unknown, T>;
  readonly initial: T;
}
