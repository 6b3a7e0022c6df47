import type { Analysis } from '../compile/analysis.js';
import type { FeatureMap } from '../compile/explanationGraph.js';
import type { Graph } from '../onnx/graph.js';
import { findGrids } from './axes.js';
import type { ImageInput } from './imageInput.js';
import type { Shapes } from './shapes.js';

/**
 * The layers of a model: every tensor on the way from the image to the logits that has spatial extent, in the order of
 * computation. The image itself is none, nor is what simplification added.
 * @param given the graph as the file has it
 */
export function findFeatureMaps(
  analysis: Analysis,
  image: ImageInput,
  logits: string,
  shapes: Shapes,
  given: Graph,
): readonly FeatureMap[] {
  const grids = findGrids(analysis.graph, image.name, image.layout, shapes);
  const leading = upstreamOf(analysis, logits);
  const named = new Set(given.nodes.flatMap(({ outputs }) => outputs));
  return Array.from(grids, ([tensor, grid]) => ({ tensor, ...grid })).filter(
    ({ tensor }) => named.has(tensor) && leading.has(tensor) && !analysis.isConstant(tensor),
  );
}

/** Every tensor that the logits are computed from. */
function upstreamOf({ graph }: Analysis, logits: string): ReadonlySet<string> {
  const wanted = new Set([logits]);
  for (const node of graph.nodes.toReversed())
    if (node.outputs.some((name) => wanted.has(name))) for (const name of node.inputs) wanted.add(name);
  return wanted;
}
