import type { FeatureMap } from '../compile/explanationGraph.js';
import type { Analysis } from '../compile/analysis.js';
import type { Shapes } from './shapes.js';

/**
 * The layers of a model: every tensor that the image reaches and that has spatial extent, (1, C, H, W) with H·W > 1,
 * in the order of computation. The image itself is none.
 */
export function findFeatureMaps(analysis: Analysis, shapes: Shapes): readonly FeatureMap[] {
  return analysis.graph.nodes.flatMap(({ outputs }) =>
    outputs.flatMap((tensor) => {
      const [batch, channels = 0, height = 0, width = 0, ...rest] = shapes.get(tensor) ?? [];
      const isMap = batch === 1 && rest.length === 0 && channels > 0 && height * width > 1;
      return isMap && !analysis.isConstant(tensor) ? [{ tensor, channels, height, width }] : [];
    }),
  );
}
