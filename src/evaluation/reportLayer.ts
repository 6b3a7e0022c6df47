import { nodeOfTensor } from '../protocol/layerNodes.js';
import type { LayerInfo, ModelInfo } from '../protocol/model.js';
import type { ReportLayer } from './report.js';

/** A layer as a report has it, by the name that the tree has for it. */
export function reportLayer(
  { tree }: Pick<ModelInfo, 'tree'>,
  { tensor, path, height, width, field }: Pick<LayerInfo, 'tensor' | 'path' | 'height' | 'width' | 'field'>,
): ReportLayer {
  const label = nodeOfTensor(tree, tensor)?.path ?? path;
  return { tensor, label, height, width, ...(field && { field }) };
}
