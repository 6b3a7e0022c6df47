import type { Graph, Node, Shapes } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { consumers, producers, upstreamOf } from '../onnx/walk.js';
import type { Analysis } from '../rules/analysis.js';
import { activationsOf, MOVEMENTS } from '../rules/flow.js';
import { findGrids } from './findGrids.js';
import { wholeNumbers } from './wholeNumbers.js';
import type { FeatureMap } from './grid.js';

/** What is computed at positions that are no rows and columns of the picture, or of which it is not known which. */
export interface OffGrid {
  readonly tensor: string;
  readonly shape: readonly number[];
  /** The operator behind which that is so. */
  readonly at: Node;
}

export interface FoundLayers {
  readonly maps: readonly FeatureMap[];
  readonly offGrid: readonly OffGrid[];
}

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
): FoundLayers {
  const { grids, lostAt } = findGrids(analysis.graph, image, shapes);
  const leading = upstreamOf(analysis.graph, logits);
  const isPartial = isStep(analysis, given);
  const whole = wholeNumbers(analysis.graph);
  const isLayer = (tensor: string): boolean =>
    leading.has(tensor) && !analysis.isConstant(tensor) && !isPartial(tensor) && !whole.has(tensor);
  const inOrder = given.nodes.flatMap(({ outputs }) => outputs);
  const maps = inOrder.flatMap((tensor) => {
    const grid = grids.get(tensor);
    return grid !== undefined && isLayer(tensor) ? [{ tensor, ...grid }] : [];
  });
  const isComputed = computesAtPositions(analysis, shapes);
  const offGrid = inOrder.flatMap((tensor) => {
    const at = isComputed(tensor) && isLayer(tensor) ? lostAt.get(tensor) : undefined;
    return at === undefined ? [] : [{ tensor, shape: shapes.get(tensor) ?? [], at }];
  });
  return { maps, offGrid };
}

/** Tells of tensors whether they have positions and are computed, not moved; what attends to what is no layer. */
function computesAtPositions(analysis: Analysis, shapes: Shapes): (tensor: string) => boolean {
  const producer = producers(analysis.graph);
  return (tensor) => {
    const [node, shape] = [producer.get(tensor), shapes.get(tensor) ?? []];
    if (node === undefined || MOVEMENTS.has(node.op) || node.op === 'Softmax') return false;
    const isProduct = PRODUCTS.has(node.op) && activationsOf(analysis, node).length > 1;
    return !isProduct && (shape.length === 3 || shape.length === 4) && elementCount(shape.slice(0, -1)) > 1;
  };
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
