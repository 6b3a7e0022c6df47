import type { Blocker } from '../../protocol/model.js';
import type { FeatureMap } from '../layers/grid.js';
import type { Value } from '../onnx/builder.js';
import { ints, type Node, output } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { upstreamOf } from '../onnx/walk.js';
import type { Analysis } from '../rules/analysis.js';
import { type Method, weightedSum } from './method.js';
import { gradientSeed } from './seed.js';

/**
 * CAM (Zhou et al., CVPR 2016, eq. 2): α_k is the classifier's weight W_tk and the map Σ_k α_k A_k. The layers it is
 * defined for have z_t = Σ_k W_tk mean_xy A_k + b, so that W_tk = Σ_xy ∂z_t/∂A_k.
 */
export const cam: Method = {
  pass: 'derivative',
  seed: gradientSeed,
  excludes: whatStandsBetween,
  explain: (builder, activation, gradient) => {
    const weights = builder.reduceSum(gradient, [1], false);
    return { weights, map: weightedSum(builder, weights, activation) };
  },
};

const MOVING = new Set(['Identity', 'Dropout', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose']);
const AVERAGING = new Set(['GlobalAveragePool', 'AveragePool', 'ReduceMean']);
const LINEAR = new Set(['Gemm', 'MatMul', 'Conv']);

/** How far the way from a layer to the rows has come: the map, its means, the classifier's output. */
type Stage = 'map' | 'means' | 'logits';

/** What keeps a layer from reaching the rows through global average pooling and one linear layer; null for nothing. */
function whatStandsBetween(analysis: Analysis, layer: FeatureMap, rows: Value): Blocker | null {
  const blocker = (node: Node | undefined): Blocker => ({
    op: node?.op ?? '',
    node: node?.name ?? layer.tensor,
    reason: 'notBeforeClassifier',
  });
  const blockedBehind = (tensor: Value, stage: Stage): Blocker | null => {
    if (tensor === rows) return stage === 'logits' ? null : blocker(undefined);
    const readers = analysis.readers(tensor).filter((node) => leading.has(output(node)));
    const [first] = readers;
    // Only the classifier stands there twice, with the rows of negations.
    if (first === undefined || (stage === 'map' && readers.length > 1)) return blocker(first);
    const behind = readers.map((node) => {
      const next = stageAfter(analysis, node, stage, layer.channels);
      return next === null ? blocker(node) : blockedBehind(output(node), next);
    });
    return behind.find((found) => found !== null) ?? null;
  };
  const leading = upstreamOf(analysis.graph, rows);
  const { tensor, channels, height, width } = layer;
  const hasOthers = elementCount(analysis.shape(tensor)) > channels * height * width;
  return hasOthers ? blocker(undefined) : blockedBehind(tensor, 'map');
}

/** The stage after a node, or null where it is no step on the way. */
function stageAfter(analysis: Analysis, node: Node, stage: Stage, channels: number): Stage | null {
  if (MOVING.has(node.op) || (stage === 'logits' && node.op === 'Concat')) return stage;
  if (stage === 'map') return isGlobalMean(analysis, node, channels) ? 'means' : null;
  const byConstants = node.inputs.filter((name) => name !== '' && !analysis.isConstant(name)).length === 1;
  if (!byConstants) return null;
  if (stage === 'means') return LINEAR.has(node.op) ? 'logits' : null;
  return node.op === 'Add' ? 'logits' : null;
}

/** Whether a node averages over all positions. */
function isGlobalMean({ shape }: Analysis, node: Node, channels: number): boolean {
  const after = shape(output(node));
  const isPadded = (ints(node, 'pads') ?? []).some((pad) => pad > 0);
  return AVERAGING.has(node.op) && !isPadded && after.includes(channels) && elementCount(after) === channels;
}
