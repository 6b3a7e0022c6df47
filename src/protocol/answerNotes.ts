/** What a person must know who reads a model's answer. */

import { CARD_STRINGS, cardSentence } from './cardNote.js';
import type { ClassValue, Explanation } from './explanation.js';
import type { ModelInfo } from './model.js';

/** In English; spread into the page's texts. */
export const NOTE_STRINGS = {
  zerosFed: 'Zeros are fed to {inputs}. The setting "inputs" gives the model other values.',
  textFed: 'Empty text is fed to {inputs}.',
  linearColours:
    'The file asks for linear colours (Image.ColorSpaceGamma), and is given those that the picture stores (sRGB).',
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
  model: Pick<ModelInfo, 'otherInputs' | 'onlyInFloat32' | 'takesLinearColours'>,
  { apart, card }: Pick<Explanation, 'apart' | 'card'>,
  strings: Readonly<Record<keyof typeof NOTE_STRINGS, string>>,
  valueText: (of: ClassValue) => string,
): readonly string[] {
  const fed = model.otherInputs.filter(({ isGiven }) => !isGiven);
  const zeros = fed.filter(({ isText }) => !isText).map(({ name }) => name);
  const texts = fed.filter(({ isText }) => isText).map(({ name }) => name);
  return [
    ...(zeros.length === 0 ? [] : [strings.zerosFed.replace('{inputs}', () => zeros.join(', '))]),
    ...(texts.length === 0 ? [] : [strings.textFed.replace('{inputs}', () => texts.join(', '))]),
    ...(apart === null ? [] : [strings.roundingLeftOut.replace('{difference}', () => valueText(apart))]),
    ...(model.onlyInFloat32 ? [strings.onlyInFloat32] : []),
    ...(model.takesLinearColours ? [strings.linearColours] : []),
    ...(card === undefined ? [] : [cardSentence(card, strings)]),
  ];
}
