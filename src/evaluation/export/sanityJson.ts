import type { Prediction } from '../../protocol/explanation.js';
import type { SanityChain, SanityResult } from '../../protocol/sanity.js';

/** A sanity check with the names that people know its parts by. */
export interface NamedSanity extends Pick<SanityResult, 'modules'> {
  readonly model: string;
  readonly seed: number;
  readonly pictures: readonly {
    readonly picture: string;
    readonly target: Prediction;
    readonly chains: readonly Pick<SanityChain, 'method' | 'tensor' | 'steps'>[];
  }[];
}

/**
 * Both curves of every chain, without the maps.
 * @param nameOf what the layer tree calls a tensor
 */
export function sanityJson(
  { model, seed, modules, pictures }: NamedSanity,
  nameOf: (tensor: string) => string,
): object {
  return {
    model,
    seed,
    modules,
    pictures: pictures.map(({ picture, target, chains }) => ({
      picture,
      target,
      chains: chains.map(({ method, tensor, steps }) => ({
        method,
        ...{ layer: nameOf(tensor), tensor },
        spearman: steps.map(({ spearman }) => spearman),
        ssim: steps.map(({ ssim }) => ssim),
      })),
    })),
  };
}
