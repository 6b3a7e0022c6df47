// Score-CAM as its definition reads: channel by channel, with the model file as it is.
import * as ort from 'onnxruntime-node';

import type { Graph } from '../../../src/engine/onnx/graph.js';
import { readModel } from '../../../src/engine/onnx/read.js';
import { DataType } from '../../../src/engine/onnx/tensor.js';
import { writeModel } from '../../../src/engine/onnx/write.js';

export interface Naive {
  /** α_k of every channel for every class. */
  readonly weights: readonly (readonly number[])[];
  /** ReLU(Σ_k α_k A_k) of a class. */
  readonly map: (target: number) => readonly number[];
}

export interface NaiveLayer {
  readonly tensor: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** @param shape of the image input */
export async function naiveScoreCam(
  file: string,
  input: Float32Array,
  shape: readonly number[],
  layer: NaiveLayer,
): Promise<Naive> {
  const graph = readModel(file);
  const [image] = graph.inputs;
  if (image === undefined) throw new Error(`${file} has no input`);
  const feed = (values: Float32Array): Record<string, ort.Tensor> => ({
    [image.name]:
      image.dataType === DataType.UINT8
        ? new ort.Tensor('uint8', Uint8Array.from(values, Math.round), shape)
        : new ort.Tensor('float32', values, shape),
  });
  const features = channelsOf(await outputOf(graph, layer.tensor, feed(input)), layer);
  const session = await ort.InferenceSession.create(file);
  const [output = ''] = session.outputNames;
  const endsInSigmoid = graph.nodes.at(-1)?.op === 'Sigmoid';
  const [height = 0, width = 0] = isChannelsFirst(shape) ? shape.slice(2) : shape.slice(1);
  const weights: (readonly number[])[] = [];
  for (const feature of features) {
    const mask = normalised(enlarged(feature, layer, { height, width }));
    const masked = input.map((value, index) => {
      const pixel = isChannelsFirst(shape) ? index % (height * width) : Math.floor(index / (shape[3] ?? 1));
      return value * (mask[pixel] ?? NaN);
    });
    const data = floats((await session.run(feed(masked)))[output]);
    const [probability = NaN] = data;
    const probabilities = softmax(endsInSigmoid ? [Math.log(probability / (1 - probability))] : data);
    const isConstant = feature.every((value) => value === feature[0]);
    weights.push(probabilities.map((probability) => (isConstant ? 0 : probability)));
  }
  await session.release();
  return {
    weights,
    map: (target) =>
      (features[0] ?? []).map((_, position) =>
        Math.max(
          0,
          features.reduce(
            (sum, feature, k) => sum + (weights[k]?.[target] ?? NaN) * (feature[position] ?? NaN),
            0,
          ),
        ),
      ),
  };
}

function isChannelsFirst(shape: readonly number[]): boolean {
  return shape[1] === 3;
}

async function outputOf(
  graph: Graph,
  tensor: string,
  feeds: Record<string, ort.Tensor>,
): Promise<ort.Tensor> {
  const outputs = [{ name: tensor, dataType: DataType.FLOAT, shape: null }];
  const { bytes } = writeModel({ ...graph, outputs }, Infinity);
  const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled' });
  const result = (await session.run(feeds))[tensor];
  await session.release();
  if (result === undefined) throw new Error(`${tensor} is not computed`);
  return result;
}

/** A_k of every channel, from (1, C, H, W), (1, H, W, C) or (1, tokens in front + H·W, C). */
function channelsOf(
  tensor: ort.Tensor,
  { channels, height, width }: NaiveLayer,
): readonly (readonly number[])[] {
  const data = floats(tensor);
  const { dims } = tensor;
  const pixels = height * width;
  const isFirst = dims.length === 4 && dims[1] === channels && dims[2] === height && dims[3] === width;
  const before = dims.length === 3 ? (dims[1] ?? 0) - pixels : 0;
  return Array.from({ length: channels }, (_, k) =>
    Array.from({ length: pixels }, (_unused, position) =>
      Number(data[isFirst ? k * pixels + position : (before + position) * channels + k]),
    ),
  );
}

/** Bilinear with half-pixel centres. */
function enlarged(
  values: readonly number[],
  from: { readonly height: number; readonly width: number },
  to: { readonly height: number; readonly width: number },
): readonly number[] {
  const at = (y: number, x: number): number => values[y * from.width + x] ?? NaN;
  const place = (index: number, small: number, large: number): readonly [number, number, number] => {
    const position = Math.max(0, ((index + 0.5) * small) / large - 0.5);
    const low = Math.min(Math.floor(position), small - 1);
    return [low, Math.min(low + 1, small - 1), position - low];
  };
  return Array.from({ length: to.height * to.width }, (_, index) => {
    const [top, bottom, down] = place(Math.floor(index / to.width), from.height, to.height);
    const [left, right, across] = place(index % to.width, from.width, to.width);
    const upper = at(top, left) * (1 - across) + at(top, right) * across;
    const lower = at(bottom, left) * (1 - across) + at(bottom, right) * across;
    return upper * (1 - down) + lower * down;
  });
}

function normalised(values: readonly number[]): readonly number[] {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (highest > lowest ? (value - lowest) / (highest - lowest) : 0));
}

/** Of logits; a single one z stands for two classes, with −z and z. */
function softmax(logits: ArrayLike<number>): readonly number[] {
  const [only = NaN] = Array.from(logits);
  const powers = (logits.length === 1 ? [-only, only] : Array.from(logits)).map(Math.exp);
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new Error('no float tensor');
}
