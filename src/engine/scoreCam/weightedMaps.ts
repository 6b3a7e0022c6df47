import * as ort from 'onnxruntime-node';

import { GraphBuilder, type Value } from '../onnx/builder.js';
import { extend } from '../onnx/extend.js';
import type { Graph } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { OPSET } from '../prepare/upgrade.js';
import { floats, integers } from '../runtime/fetched.js';
import { createSession } from '../runtime/session.js';

/** Maps and heaviest channels of one layer for T classes, each with an axis for the classes in front. */
export interface WeightedMaps {
  /** ReLU(Σ_k α_k A_k), T × H·W values. */
  readonly maps: Float32Array;
  /** Places of the heaviest channels among the activations, T × k. */
  readonly top: readonly number[];
  /** T × k × H·W values. */
  readonly topActivations: Float32Array;
}

/** Makes maps of weights and activations. It knows no model: any number of classes, channels and positions will do. */
export interface MapMaker {
  /**
   * @param weights T × C values
   * @param activations C × H·W values
   * @param top k, at most C
   */
  make(
    weights: Float32Array,
    activations: Float32Array,
    sizes: { readonly classes: number; readonly channels: number; readonly top: number },
  ): Promise<WeightedMaps>;
  dispose(): Promise<void>;
}

const [WEIGHTS, ACTIVATIONS, TOP] = ['weights', 'activations', 'top'] as const;

/** @param file names the model in errors */
export async function createMapMaker(file: string): Promise<MapMaker> {
  const { graph, maps, top, topActivations } = mapGraph();
  // So little to compute that handing it to other threads would take longer.
  const session = await createSession(graph, file, { intraOpNumThreads: 1 });
  return {
    async make(weights, activations, { classes, channels, top: count }) {
      const results = await session.run({
        [WEIGHTS]: new ort.Tensor('float32', weights, [classes, channels]),
        [ACTIVATIONS]: new ort.Tensor('float32', activations, [channels, activations.length / channels]),
        [TOP]: new ort.Tensor('int64', BigInt64Array.of(BigInt(count)), [1]),
      });
      return {
        maps: floats(results, maps),
        top: integers(results, top),
        topActivations: floats(results, topActivations),
      };
    },
    dispose: () => session.dispose(),
  };
}

function mapGraph(): Record<keyof WeightedMaps, Value> & { readonly graph: Graph } {
  const builder = new GraphBuilder('score-cam/');
  const maps = builder.positive(builder.op('MatMul', [WEIGHTS, ACTIVATIONS]));
  const [, top = ''] = builder.opWithOutputs('TopK', [WEIGHTS, TOP], {}, 2);
  const topActivations = builder.op('Gather', [ACTIVATIONS, top]);
  builder.output(maps, DataType.FLOAT);
  builder.output(top, DataType.INT64);
  builder.output(topActivations, DataType.FLOAT);
  const empty: Graph = {
    irVersion: 8,
    opsets: new Map([['', OPSET]]),
    producer: '',
    metadata: new Map(),
    functions: [],
    nodes: [],
    initializers: new Map(),
    inputs: [],
    outputs: [],
    valueInfo: new Map(),
  };
  const graph = extend(empty, builder, [
    { name: WEIGHTS, dataType: DataType.FLOAT, shape: ['classes', 'channels'] },
    { name: ACTIVATIONS, dataType: DataType.FLOAT, shape: ['channels', 'positions'] },
    { name: TOP, dataType: DataType.INT64, shape: [1] },
  ]);
  return { graph, maps, top, topActivations };
}
