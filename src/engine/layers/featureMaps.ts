import type { Graph, Node, Shapes } from '../onnx/graph.js';
import { consumers, producers, upstreamOf } from '../onnx/walk.js';
import type { Analysis } from '../rules/analysis.js';
import { findGrids } from './findGrids.js';
import type { FeatureMap } from './grid.js';

/**
 * The layers of a model: every tensor on the way from the image to the logits that has spatial extent, in the order of the
 * given file, which is one of computation. The image itself is none, nor is what simplification added.
 * @param given the graph as the file has it
 */
export function findFeatureMaps(
  analysis: Analysis,
  image: { readonly name: string; readonly layout: 'NCHW' | 'NHWC' },
  logits: string,
  shapes: Shapes,
  given: Graph,
): readonly FeatureMap[] {
  const grids = findGrids(analysis.graph, image, shapes);
  const leading = upstreamOf(analysis.graph, logits);
  const isPartial = isStep(analysis, given);
  const isLayer = (tensor: string): boolean =>
    leading.has(tensor) && !analysis.isConstant(tensor) && !isPartial(tensor);
  const inOrder = given.nodes.flatMap(({ outputs }) => outputs);
  return inOrder.flatMap((tensor) => {
    const grid = grids.get(tensor);
    return grid !== undefined && isLayer(tensor) ? [{ tensor, ...grid }] : [];
  });
}

/** Products to which a bias is added by an operator of its own. */
const PRODUCTS = new Set(['MatMul', 'Einsum']);

/** Operators whose result is in whole numbers, of which a scale makes the layer. */
const WHOLE_NUMBERS = new Set(['MatMulInteger', 'ConvInteger']);

/**
 * Tells of tensors whether they are a step of a linear operator that is spelled as several: as MatMul and Add, or, in
 * quantised models, as a product of whole numbers, its scale and Add. The layer is what comes last.
 */
function isStep({ graph, isConstant }: Analysis, given: Graph): (tensor: string) => boolean {
  const producer = producers(graph);
  const source = producers(given);
  const readers = consumers(graph);
  const takesConstant = ({ inputs }: Node): boolean => inputs.some(isConstant);
  const isWhole = (tensor: string): boolean => {
    const { op = '', inputs = [] } = source.get(tensor) ?? {};
    return WHOLE_NUMBERS.has(op) || (op === 'Cast' && isWhole(inputs[0] ?? ''));
  };
  return (tensor) => {
    if (isWhole(tensor)) return true;
    const product = producer.get(tensor);
    const [reader, ...others] = readers.get(tensor) ?? [];
    if (product === undefined || reader?.op !== 'Add' || others.length > 0) return false;
    const isProduct =
      PRODUCTS.has(product.op) || (product.op === 'Mul' && source.get(tensor)?.inputs.some(isWhole) === true);
    return isProduct && takesConstant(product) && takesConstant(reader);
  };
}
