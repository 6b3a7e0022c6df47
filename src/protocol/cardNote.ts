/** What a graphics card has to do with an explanation, in sentences. */

import type { CardNote } from './device.js';

/** In English; spread into the page's texts. */
export const CARD_STRINGS = {
  theCard: 'the graphics card',
  theNamedCard: 'the graphics card ({name})',
  onCard: 'Computed on {card}.',
  onFasterCard: 'Computed on {card}, {times} × as fast as on the processor.',
  cardDiffers: 'Computed on the processor: {card} computes this model otherwise, as is seen at {reason}.',
  cardFailed: 'Computed on the processor: {card} failed at this model ({reason}).',
  cardCrashed:
    'Computed on the processor: {card} has ended the process at this model. It is tried again after a day.',
  noCard: 'Computed on the processor: there is no graphics card that can be used.',
} as const;

type CardStrings = Readonly<Record<keyof typeof CARD_STRINGS, string>>;

/** @param strings those, in the reader's language */
export function cardSentence({ kind, name, times, reason }: CardNote, strings: CardStrings): string {
  const card = name === null ? strings.theCard : strings.theNamedCard.replace('{name}', () => name);
  return textOf(kind, times, strings)
    .replace('{card}', () => card)
    .replace('{times}', () => (times ?? 1).toFixed(1))
    .replace('{reason}', () => reason);
}

function textOf(kind: CardNote['kind'], times: number | null, strings: CardStrings): string {
  switch (kind) {
    case 'used':
      return times === null ? strings.onCard : strings.onFasterCard;
    case 'differs':
      return strings.cardDiffers;
    case 'failed':
      return strings.cardFailed;
    case 'crashed':
      return strings.cardCrashed;
    case 'absent':
      return strings.noCard;
  }
}
