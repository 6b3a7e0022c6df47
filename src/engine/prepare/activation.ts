import type { Activation } from '../../protocol/model.js';

/** What is said of a model's values. */
export interface ActivationChoice {
  /** By the user, who is right in any case. */
  readonly activation: Activation | null;
  /** By what was published with the model. */
  readonly published: Activation | null;
}

/**
 * What the values of a model are: as the user says, else by the file's own Softmax or Sigmoid, else as was published with
 * it; bare values are taken for the logits of classes that exclude each other.
 * @param own what the file itself makes of the logits
 */
export function activationOf(
  own: Activation | null,
  logitCount: number,
  { activation, published }: ActivationChoice,
): Activation {
  const found = activation ?? own ?? published ?? 'softmax';
  // A single class excludes no other: its logit is for or against it.
  return found === 'softmax' && logitCount === 1 ? 'sigmoid' : found;
}
