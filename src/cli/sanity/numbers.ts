import { ORIGINAL, sanityCsv } from '../../evaluation/export/sanityCsv.js';
import type { Estimate } from '../../evaluation/metricTable.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { SanityResult } from '../../protocol/sanity.js';
import { layerNames } from '../arrangement.js';
import { table } from '../terminal.js';
import type { SanityArguments } from './sanityArguments.js';
import type { SummarisedChain, SummarisedStep } from './summary.js';

/** Both curves of every picture, method and layer: one line a step. */
export function csvOf(
  images: readonly string[],
  info: ModelInfo,
  { modules, pictures }: SanityResult,
): string {
  const names = layerNames(info);
  return sanityCsv(
    pictures.flatMap(({ target, chains }, index) =>
      chains.map(({ method, tensor, steps }) => ({
        picture: images[index] ?? '',
        label: target.label,
        method,
        layer: names.get(tensor) ?? tensor,
        modules,
        steps,
      })),
    ),
  );
}

/** The same as JSON, with the means over the pictures. */
export function jsonOf(
  { model, seed, images }: Pick<SanityArguments, 'model' | 'seed' | 'images'>,
  info: ModelInfo,
  { modules, pictures }: SanityResult,
  summary: readonly SummarisedChain[],
): string {
  const names = layerNames(info);
  const named = (tensor: string): object => ({ layer: names.get(tensor) ?? tensor, tensor });
  const told = {
    model,
    seed,
    modules,
    pictures: pictures.map(({ target, chains }, index) => ({
      picture: images[index],
      target,
      chains: chains.map(({ method, tensor, steps }) => ({
        method,
        ...named(tensor),
        spearman: steps.map(({ spearman }) => spearman),
        ssim: steps.map(({ ssim }) => ssim),
      })),
    })),
    summary: summary.map(({ method, tensor, steps }) => ({ method, ...named(tensor), steps })),
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

/** For people: a table for each method and layer, means with their intervals where there are several pictures. */
export function tableOf(
  info: ModelInfo,
  { modules, pictures }: SanityResult,
  summary: readonly SummarisedChain[],
): string {
  const names = layerNames(info);
  const count = pictures.length === 1 ? '' : `, means over ${pictures.length} pictures with 95 % intervals`;
  return summary
    .map(({ method, tensor, steps }) => {
      const rows = steps.map(({ spearman, ssim }: SummarisedStep, step) => [
        step,
        modules[step - 1] ?? ORIGINAL,
        estimateText(spearman),
        estimateText(ssim),
      ]);
      const heads = ['step', 'drawn anew', 'rank correlation', 'SSIM'];
      const title = `${METHOD_FACTS[method].label}, ${names.get(tensor) ?? tensor}${count}`;
      return `${title}\n${table([heads, ...rows])}`;
    })
    .join('\n');
}

function estimateText(estimate: Estimate | null): string {
  if (estimate === null) return '–';
  const { mean, low, high, n } = estimate;
  const text = mean.toFixed(2);
  return n === 1 ? text : `${text} (${low.toFixed(2)} … ${high.toFixed(2)})`;
}
