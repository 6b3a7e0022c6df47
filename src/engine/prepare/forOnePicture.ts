import type { Graph } from '../onnx/graph.js';
import { fixInput, repeatedOf } from './fixInput.js';
import type { ImageInput } from './imageInput.js';
import { withOnePicture } from './onePicture.js';
import { pixelsAsFloats } from './pixelsAsFloats.js';
import { findShapes } from './shapes.js';
import { simplify } from './simplify.js';

/**
 * The graph with one input, a picture of this size as floats. One for several pictures at a time is changed to compute with
 * one, for which the shapes of all its tensors are found first.
 * @param cacheFolder where the runtime may write
 * @throws hugeConstants, refusedNode, runtimeRefused…, outOfMemory
 */
export async function forOnePicture(
  graph: Graph,
  image: ImageInput,
  size: { readonly height: number; readonly width: number },
  file: string,
  cacheFolder: string,
): Promise<Graph> {
  const fixed = pixelsAsFloats(fixInput(graph, image, size.height, size.width), image);
  if (image.batch === 1) return fixed;
  const simplified = await simplify(fixed, file, cacheFolder);
  const shapes = await findShapes(simplified, file, cacheFolder);
  return withOnePicture(simplified, repeatedOf(image), image.batch, shapes);
}
