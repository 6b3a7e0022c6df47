/** The sanity check of maps (Adebayo et al., NeurIPS 2018): whether they depend on what a model has learned. */

import type { Prediction } from './explanation.js';
import type { MethodId } from './methods.js';

/** Score-CAM would take a forward pass per channel at every step. */
export type SanityMethodId = Exclude<MethodId, 'score-cam'>;

export interface SanityResult {
  /** What was drawn anew, one after the other: modules as the layer tree names them, from the logits down. */
  readonly modules: readonly string[];
  /** One per source. */
  readonly pictures: readonly PictureSanity[];
}

export interface PictureSanity {
  readonly target: Prediction;
  /** In the order methods × layers. */
  readonly chains: readonly SanityChain[];
}

/** One method's map of one layer, from the model as it is to one without anything learned. */
export interface SanityChain {
  readonly method: SanityMethodId;
  readonly tensor: string;
  readonly height: number;
  readonly width: number;
  /** The first is of the model as it is, each of the others of one more module drawn anew. */
  readonly steps: readonly SanityStep[];
}

export interface SanityStep {
  /** height × width values; null where they leave the range of float32. */
  readonly map: Float32Array | null;
  /** Spearman's rank correlation with the first map; null where one of both has the same value everywhere. */
  readonly spearman: number | null;
  /** Structural similarity to the first map, both min–max normalised at the input's size; null for an input of less than 11 pixels a side. */
  readonly ssim: number | null;
}

/** The seed where nobody names one. */
export const SANITY_SEED = 0;

/** Further down than to so many modules no model is taken apart: more maps nobody compares. */
export const SANITY_MODULES = 24;

/** One map that is checked. */
export interface SanityPart extends Pick<SanityChain, 'method' | 'tensor'> {
  /** Class index. */
  readonly target: number;
}

export function isSamePart(a: SanityPart, b: SanityPart): boolean {
  return a.method === b.method && a.target === b.target && a.tensor === b.tensor;
}

/** The check of one picture's map, as far as it has come. */
export interface SanityCheck extends SanityPart, Pick<SanityResult, 'modules'>, SanityChain {}

/** Whether every module has been drawn anew. */
export function isWhole({ modules, steps }: Pick<SanityCheck, 'modules' | 'steps'>): boolean {
  return steps.length === modules.length + 1;
}
