/**
 * How relevance passes an operator that adds up: by the zᴮ rule on the image's pixels, by the z⁺ rule where activations
 * are rectified, by the γ rule where they are signed; any operator on tokens, which carry multipliers; and signs and
 * rounding, whose derivative is 0 wherever it is defined and is taken for 1.
 */
export type Reading = 'bounds' | 'positive' | 'gamma' | 'tokens' | 'straight';

/** Weight of what has the sign of the result, beside everything (γ rule). */
export const GAMMA = 0.25;

/** In English; spread into the page's texts. */
export const READING_STRINGS = {
  readingBounds: 'zᴮ',
  readingPositive: 'z⁺',
  readingGamma: `γ ${GAMMA}`,
  readingTokens: 'tokens',
  readingStraight: 'straight through',
  aboutBounds:
    'zᴮ: relevance passes this operator by the zᴮ rule, which knows the lowest and highest value of a pixel.',
  aboutPositive: 'z⁺: relevance passes this operator by the z⁺ rule, to all that raises its result.',
  aboutGamma: `γ ${GAMMA}: relevance passes this operator by the γ rule, to all that enters its result, and more to what has the result’s sign.`,
  aboutTokens:
    'tokens: relevance passes this operator as the token’s value times a derivative in which attention and norms are constant.',
  aboutStraight:
    'straight through: this operator has no derivative of use; relevance and gradients pass it as if it did nothing.',
} as const;

/** What a reading is called, and what it does in one sentence. */
export const READING_TEXTS = {
  bounds: { name: 'readingBounds', about: 'aboutBounds' },
  positive: { name: 'readingPositive', about: 'aboutPositive' },
  gamma: { name: 'readingGamma', about: 'aboutGamma' },
  tokens: { name: 'readingTokens', about: 'aboutTokens' },
  straight: { name: 'readingStraight', about: 'aboutStraight' },
} as const satisfies Readonly<
  Record<Reading, Readonly<Record<'name' | 'about', keyof typeof READING_STRINGS>>>
>;
