import { bootstrap } from '../../evaluation/bootstrap.js';
import type { Estimate } from '../../evaluation/metricTable.js';
import type { SanityChain, SanityResult, SanityStep } from '../../protocol/sanity.js';

/** One method at one layer over all pictures; of one picture the values themselves. */
export interface SummarisedChain extends Pick<SanityChain, 'method' | 'tensor'> {
  readonly steps: readonly SummarisedStep[];
}

export interface SummarisedStep {
  /** null where it is defined for no picture. */
  readonly spearman: Estimate | null;
  readonly ssim: Estimate | null;
}

/** Means over the pictures with their bootstrap 95 % intervals. */
export function summarise({ modules, pictures }: SanityResult, seed: number): readonly SummarisedChain[] {
  const steps = [...modules.keys(), modules.length];
  return (pictures[0]?.chains ?? []).map(({ method, tensor }, chain) => {
    const columnOf = (step: number, value: (step: SanityStep) => number | null): readonly (number | null)[] =>
      pictures.map(({ chains }) => {
        const found = chains[chain]?.steps[step];
        return found === undefined ? null : value(found);
      });
    const ranks = bootstrap(
      steps.map((step) => columnOf(step, ({ spearman }) => spearman)),
      seed,
    );
    const structures = bootstrap(
      steps.map((step) => columnOf(step, ({ ssim }) => ssim)),
      seed,
    );
    return {
      method,
      tensor,
      steps: steps.map((step) => ({ spearman: ranks[step] ?? null, ssim: structures[step] ?? null })),
    };
  });
}
