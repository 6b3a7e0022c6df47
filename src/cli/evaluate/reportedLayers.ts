import { depthStages } from '../../protocol/depthStages.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { ReportLayer } from '../../evaluation/report.js';
import { reportLayer } from '../../evaluation/reportLayer.js';
import { selectLayers } from '../selectLayers.js';

/**
 * The layers that are evaluated, by the name that the tree has for them.
 * @param wanted as `selectLayers` takes it; null for the ends of the stages that relevance reaches
 * @throws what `selectLayers` throws
 */
export function reportedLayers(info: ModelInfo, wanted: string | null): readonly ReportLayer[] {
  const usable = info.layers.filter(({ blockedBy }) => blockedBy === null);
  const tensors = wanted === null ? depthStages(info.tree, usable) : null;
  const chosen = tensors?.map(({ tensor }) => tensor) ?? selectLayers(info, wanted ?? 'all');
  const pixels = { tensor: info.input.name, path: info.input.name, ...pixelSize(info) };
  return [pixels, ...info.layers]
    .filter(({ tensor }) => (chosen === null ? tensor !== info.input.name : chosen.includes(tensor)))
    .map((layer) => reportLayer(info, layer));
}

function pixelSize({ preprocessing }: ModelInfo): Pick<ReportLayer, 'height' | 'width'> {
  return { height: preprocessing.inputHeight, width: preprocessing.inputWidth };
}
