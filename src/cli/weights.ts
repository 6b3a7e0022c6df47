import { basename, resolve } from 'node:path';
import { keptReference } from '../checkpoints/opening.js';
import type { OpenRequest, WeightsChoice } from '../protocol/engineApi.js';
import type { WeightsInfo } from '../protocol/model.js';

/** What a request says of the weights that the user gave, if any. */
export function weightsOf({
  model,
  weights,
}: {
  readonly model: string;
  readonly weights: WeightsChoice | null;
}): Pick<OpenRequest, 'weights'> {
  if (weights === null) return {};
  const { file, reference } = weights;
  const source = reference ?? keptReference(model);
  return { weights: { file: resolve(file), reference: source === null ? null : resolve(source) } };
}

/** Which weights were taken, e.g. `last.pth.tar, state_dict (not state_dict_ema)`. */
export function weightsText({ file, entry, otherEntries }: WeightsInfo): string {
  const taken = [basename(file), entry].filter((part) => part !== null).join(', ');
  return otherEntries.length === 0 ? taken : `${taken} (not ${otherEntries.join(', ')})`;
}
