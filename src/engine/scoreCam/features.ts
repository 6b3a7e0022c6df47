import { asRows, type FeatureMap } from '../layers/grid.js';
import { forwardGraph, pictureShape, type ForwardModel } from '../masked/forward.js';
import { GraphBuilder, type Value } from '../onnx/builder.js';
import { extend } from '../onnx/extend.js';
import type { Graph } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { imageTensor } from '../prepare/imageTensor.js';
import { floats, integers } from '../runtime/fetched.js';
import { createSession } from '../runtime/session.js';

/** A layer's activations for one picture, the channels in the order in which they are scored. */
export interface Features {
  /** The channels' indices: those with the largest Σ|A_k| first, constant ones last. */
  readonly order: readonly number[];
  /** How many channels are not constant. */
  readonly varying: number;
  /** C × H·W values. */
  readonly activations: Float32Array;
}

/**
 * Runs the model up to a layer.
 * @param input values of the image input
 * @throws every failure of reading a model; runtimeRefused, outOfMemory
 */
export async function findFeatures(
  scored: ForwardModel,
  layer: FeatureMap,
  input: Float32Array,
): Promise<Features> {
  const { graph, order, varying, activations } = featureGraph(await forwardGraph(scored, 1), layer);
  const session = await createSession(graph, scored.file, { enableCpuMemArena: false });
  try {
    const { image } = scored;
    const results = await session.run({ [image.name]: imageTensor(image, pictureShape(scored), input) });
    return {
      order: integers(results, order),
      varying: integers(results, varying)[0] ?? 0,
      activations: floats(results, activations),
    };
  } finally {
    await session.dispose();
  }
}

function featureGraph(
  model: Graph,
  layer: FeatureMap,
): Record<keyof Features, Value> & { readonly graph: Graph } {
  const builder = new GraphBuilder('score-cam/');
  const rows = asRows(builder, layer.tensor, layer);
  const overPositions = (op: string): Value =>
    builder.op(op, [rows, builder.ints([1])], { keepdims: { type: 'int', value: 0 } });
  const varies = builder.op('Less', [overPositions('ReduceMin'), overPositions('ReduceMax')]);
  const mass = builder.reduceSum(builder.op('Abs', [rows]), [1], false);
  const rank = builder.op('Where', [varies, mass, builder.float(-1)]);
  const [, order = ''] = builder.opWithOutputs('TopK', [rank, builder.ints([layer.channels])], {}, 2);
  const activations = builder.op('Gather', [rows, order]);
  const counted = builder.op('Cast', [varies], { to: { type: 'int', value: DataType.INT64 } });
  const varying = builder.reduceSum(counted, [0], true);
  builder.output(order, DataType.INT64);
  builder.output(varying, DataType.INT64);
  builder.output(activations, DataType.FLOAT);
  return { graph: extend(model, builder, model.inputs), order, varying, activations };
}
