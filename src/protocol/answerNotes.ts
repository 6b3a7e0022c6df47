/** What a person must know who reads a model's answer. */

import { CARD_STRINGS, cardSentence } from './cardNote.js';
import type { ClassValue, Explanation } from './explanation.js';
import type { ModelInfo } from './model.js';

/** In English; spread into the page's texts. */
export const NOTE_STRINGS = {
  zerosFed: 'Zeros are fed to {inputs}. The setting "inputs" gives the model other values.',
  roundingLeftOut:
    'The answer is that of the file, which rounds its numbers (quantised). The maps explain the model without this rounding, whose answer differs by up to {difference}.',
  onlyInFloat32:
    'ONNX Runtime cannot run this file in its own precision (bfloat16, say), so all of it is computed in float32.',
  ...CARD_STRINGS,
} as const;

/**
 * @param strings those, in the reader's language
 * @param valueText what a model says of a class, as text
 */
export function answerNotes(
  { otherInputs, onlyInFloat32 }: Pick<ModelInfo, 'otherInputs' | 'onlyInFloat32'>,
  { apart, card }: Pick<Explanation, 'apart' | 'card'>,
  strings: Readonly<Record<keyof typeof NOTE_STRINGS, string>>,
  valueText: (of: ClassValue) => string,
): readonly string[] {
  const zeros = otherInputs.filter(({ isGiven }) => !isGiven).map(({ name }) => name);
  return [
    ...(zeros.length === 0 ? [] : [strings.zerosFed.replace('{inputs}', () => zeros.join(', '))]),
    ...(apart === null ? [] : [strings.roundingLeftOut.replace('{difference}', () => valueText(apart))]),
    ...(onlyInFloat32 ? [strings.onlyInFloat32] : []),
    ...(card === undefined ? [] : [cardSentence(card, strings)]),
  ];
}
