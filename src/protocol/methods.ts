/** The methods, as a user meets them; what each computes stands in `engine/methods`. */

/** What a method's backward pass brings to every layer. */
export type Carries = 'relevance' | 'gradient' | 'nothing';

export interface MethodFacts {
  /** A proper name, the same in every language. */
  readonly label: string;
  readonly carries: Carries;
  /** Whether it gives every channel a weight. */
  readonly weighsChannels: boolean;
  /** Whether its map can be negative. */
  readonly signed: boolean;
  /** Whether it explains the input's pixels too. */
  readonly pixels: boolean;
  /** Whether a layer takes as many forward passes as it has channels, instead of one run for all layers. */
  readonly perChannel: boolean;
}

const BY_GRADIENT = { carries: 'gradient', weighsChannels: true, signed: false } as const;
const BY_RELEVANCE = { carries: 'relevance', weighsChannels: false, signed: true } as const;
const LAYERS_AT_ONCE = { pixels: false, perChannel: false } as const;

const ROWS = {
  'relevance-cam': { label: 'Relevance-CAM', ...BY_RELEVANCE, ...LAYERS_AT_ONCE, weighsChannels: true },
  'grad-cam': { label: 'Grad-CAM', ...BY_GRADIENT, ...LAYERS_AT_ONCE },
  'grad-cam++': { label: 'Grad-CAM++', ...BY_GRADIENT, ...LAYERS_AT_ONCE },
  'layer-cam': { label: 'LayerCAM', ...BY_GRADIENT, ...LAYERS_AT_ONCE, weighsChannels: false },
  'score-cam': {
    label: 'Score-CAM',
    carries: 'nothing',
    weighsChannels: true,
    signed: false,
    pixels: false,
    perChannel: true,
  },
  cam: { label: 'CAM', ...BY_GRADIENT, ...LAYERS_AT_ONCE, signed: true },
  lrp: { label: 'LRP', ...BY_RELEVANCE, ...LAYERS_AT_ONCE, pixels: true },
  clrp: { label: 'CLRP', ...BY_RELEVANCE, ...LAYERS_AT_ONCE, pixels: true },
} as const satisfies Readonly<Record<string, MethodFacts>>;

export type MethodId = keyof typeof ROWS;

export const METHOD_FACTS: Readonly<Record<MethodId, MethodFacts>> = ROWS;

/** In the order in which they are offered. */
export const METHODS: readonly MethodId[] = [
  ...(['relevance-cam', 'grad-cam', 'grad-cam++', 'layer-cam'] as const),
  ...(['score-cam', 'cam', 'lrp', 'clrp'] as const),
];

/** The method that is used where nobody chose one. */
export const DEFAULT_METHOD = 'relevance-cam' satisfies MethodId;
