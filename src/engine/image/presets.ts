import { isDeepStrictEqual } from 'node:util';

import type { Preprocessing } from '../../protocol/model.js';
import { USUAL_READING } from './decode.js';

export interface Preset extends Pick<Preprocessing, 'range' | 'mean' | 'std'> {
  readonly name: string;
  readonly channelOrder: 'RGB' | 'BGR';
}

interface Trial {
  readonly name: string;
  readonly preprocessing: Preprocessing;
}

/** What of preparing a picture training loaders agree on, and the grey that Ultralytics adds around it. */
export const USUAL_LOADING = {
  ...USUAL_READING,
  interpolation: 'bilinear',
  antialias: true,
  rounding: 'torchvision',
  padColor: [114, 114, 114],
} as const satisfies Partial<Preprocessing>;

const NO_SHIFT = { mean: [0, 0, 0], std: [1, 1, 1] } as const;

export const ZERO_TO_ONE: Preset = { name: '0 … 1', range: [0, 1], ...NO_SHIFT, channelOrder: 'RGB' };
export const MINUS_ONE_TO_ONE: Preset = { ...ZERO_TO_ONE, name: '−1 … 1 (TensorFlow)', range: [-1, 1] };
export const IMAGENET: Preset = {
  name: 'ImageNet mean and std',
  range: [0, 1],
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channelOrder: 'RGB',
};
export const CLIP: Preset = {
  name: 'CLIP mean and std',
  range: [0, 1],
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
  channelOrder: 'RGB',
};

/** The ways in which published classifiers are usually fed. */
export const PRESETS: readonly Preset[] = [
  IMAGENET,
  MINUS_ONE_TO_ONE,
  {
    ...ZERO_TO_ONE,
    name: '0 … 255, BGR, mean subtracted (Caffe)',
    range: [0, 255],
    mean: [103.939, 116.779, 123.68],
    channelOrder: 'BGR',
  },
  ZERO_TO_ONE,
  { ...ZERO_TO_ONE, name: '0 … 1, BGR', channelOrder: 'BGR' },
  { ...ZERO_TO_ONE, name: '0 … 255', range: [0, 255] },
  { ...ZERO_TO_ONE, name: '0 … 255, BGR', range: [0, 255], channelOrder: 'BGR' },
  CLIP,
];

/** What is tried besides the presets. */
export const TRIAL_NAMES = {
  RGB: 'As now, but RGB',
  BGR: 'As now, but BGR',
  crop: 'As now, but its centre cut out',
  squash: 'As now, but all of it squashed',
} as const;

/**
 * What there is to try for a model that is fed as `current` says: the usual presets in place of its normalisation, its own
 * with the colours in the other order, and with the picture fitted in another way.
 */
export function trialsOf(current: Preprocessing): readonly Trial[] {
  const usual = presetsFor(current);
  const own = [...otherOrder(current), ...otherFits(current)];
  const isNew = (trial: Preprocessing): boolean =>
    !usual.some(({ preprocessing }) => isDeepStrictEqual(preprocessing, trial));
  return [...usual, ...own.filter(({ preprocessing }) => isNew(preprocessing))];
}

function otherOrder(current: Preprocessing): readonly Trial[] {
  const { channelOrder } = current;
  if (channelOrder === 'grey') return [];
  const other = channelOrder === 'RGB' ? 'BGR' : 'RGB';
  return [{ name: TRIAL_NAMES[other], preprocessing: { ...current, channelOrder: other } }];
}

function otherFits(current: Preprocessing): readonly Trial[] {
  const { fit, inputWidth, inputHeight } = current;
  const resize = Math.max(inputWidth, inputHeight);
  const crop = { ...current, fit: 'crop', resize } as const;
  const squash = { ...current, fit: 'squash', resize } as const;
  return [
    ...(fit === 'crop' ? [] : [{ name: TRIAL_NAMES.crop, preprocessing: crop }]),
    ...(fit === 'squash' ? [] : [{ name: TRIAL_NAMES.squash, preprocessing: squash }]),
  ];
}

/** The usual presets for a model that is fed as `current` says in everything but its normalisation. */
function presetsFor(current: Preprocessing): readonly Trial[] {
  const grey = current.channelOrder === 'grey';
  // With one channel, what differs in the order of the colours or in their means is the same again or has no meaning.
  const presets = grey
    ? PRESETS.filter(({ mean, channelOrder }) => channelOrder === 'RGB' && mean.every((value) => value === 0))
    : PRESETS;
  return presets.map(({ name, range, mean, std, channelOrder }) => ({
    name,
    preprocessing: grey
      ? { ...current, range, mean: mean.slice(0, 1), std: std.slice(0, 1) }
      : { ...current, range, mean, std, channelOrder },
  }));
}
