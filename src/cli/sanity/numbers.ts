import { ORIGINAL, sanityCsv } from '../../evaluation/export/sanityCsv.js';
import { sanityJson } from '../../evaluation/export/sanityJson.js';
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
  const nameOf = (tensor: string): string => names.get(tensor) ?? tensor;
  const named = pictures.map((picture, index) => ({ ...picture, picture: images[index] ?? '' }));
  const told = {
    ...sanityJson({ model, seed, modules, pictures: named }, nameOf),
    summary: summary.map(({ method, tensor, steps }) => ({ method, layer: nameOf(tensor), tensor, steps })),
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
