import { expect, test } from 'vitest';

import { CARD_STRINGS, cardSentence } from '../../../src/protocol/cardNote.js';
import type { CardNote } from '../../../src/protocol/device.js';

const used: CardNote = { kind: 'used', name: 'Apple M2', times: 3.14, reason: '' };

test.each<[CardNote, string]>([
  [used, 'Computed on the graphics card (Apple M2), 3.1 × as fast as on the processor.'],
  [{ ...used, name: null, times: null }, 'Computed on the graphics card.'],
  [
    { kind: 'differs', name: null, times: null, reason: 'features.3' },
    'Computed on the processor: the graphics card computes this model otherwise, as is seen at features.3.',
  ],
  [
    { kind: 'failed', name: null, times: null, reason: 'device $& lost' },
    'Computed on the processor: the graphics card failed at this model (device $& lost).',
  ],
  [
    { kind: 'crashed', name: null, times: null, reason: '' },
    'Computed on the processor: the graphics card has ended the process at this model. It is tried again after a day.',
  ],
  [{ ...used, kind: 'absent' }, 'Computed on the processor: there is no graphics card that can be used.'],
])('%o', (note, sentence) => {
  expect(cardSentence(note, CARD_STRINGS)).toBe(sentence);
});
