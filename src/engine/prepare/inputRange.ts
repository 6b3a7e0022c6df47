import * as ort from 'onnxruntime-node';

import { type Graph, input, int, type Node } from '../onnx/graph.js';
import { DataType, elementCount } from '../onnx/tensor.js';
import { counted } from '../onnx/axes.js';
import { castNode } from '../onnx/make.js';
import { consumers, partFor, readBy } from '../onnx/walk.js';
import { floats } from '../runtime/fetched.js';
import { createSession } from '../runtime/session.js';
import { constantIntegers } from './constants.js';
import { type ImageInput, isWhole } from './imageInput.js';

/** The values that a model takes for a pixel's 0 and 255, and in which order its channels. */
export interface InputRange {
  readonly range: readonly [number, number];
  readonly channelOrder: 'RGB' | 'BGR' | 'grey';
}

/**
 * Which values a model takes that normalises inside. The picture is followed to the first operator that mixes positions;
 * what a few plain pictures become on the way there, computed by ONNX Runtime, tells scale and shift of every channel,
 * however they are written down.
 * @param graph simplified, its image input fixed
 * @returns null where the picture reaches that operator as it is, and the model is no one of whole numbers
 * @throws refusedNode, runtimeRefused, outOfMemory
 */
export async function findInputRange(
  graph: Graph,
  image: ImageInput,
  file: string,
): Promise<InputRange | null> {
  const { reached, mixing } = firstMixed(graph, image);
  const lines = reached === image.name ? [] : await probe(graph, image, reached, file);
  const isByItself = mixing !== null && normalisesItself(mixing, reached, graph);
  const itself = isByItself ? ([0, 1] as const) : null;
  const told = rangeOf(lines);
  const range = isWhole(image) ? rangeOfWhole(image.dataType, told) : (told ?? itself);
  return range && { range, channelOrder: orderOf(lines, image, range) };
}

/** What becomes of a channel: the value of a pixel of 0, and how much more that of 1 and of 255 is. */
interface Line {
  readonly zero: number;
  readonly one: number;
  readonly full: number;
}

/** Operators that compute every position by itself, or only move positions. */
const LOCAL = new Set([
  ...[
    'Sub',
    'Add',
    'Div',
    'Mul',
    'Neg',
    'Clip',
    'Cast',
    'Identity',
    'Min',
    'Max',
    'Sum',
    'Pow',
    'Sqrt',
    'Reciprocal',
  ],
  ...[
    'BatchNormalization',
    'Floor',
    'Round',
    'Transpose',
    'Gather',
    'Slice',
    'Split',
    'Concat',
    'Pad',
    'Resize',
    'AveragePool',
    'MaxPool',
  ],
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Expand', 'DepthToSpace', 'SpaceToDepth', 'Dropout'],
]);

const NORMS = new Set(['LayerNormalization', 'MeanVarianceNormalization']);
const REDUCTIONS = new Set(['ReduceMean', 'ReduceMax', 'ReduceMin']);

/** Whether a picture is normalised by its own mean, deviation or extremes, after which its former scale does not matter. */
function normalisesItself({ op }: Node, picture: string, graph: Graph): boolean {
  const readers = consumers(graph).get(picture) ?? [];
  return (
    NORMS.has(op) ||
    (REDUCTIONS.has(op) && readers.some((reader) => reader.op === 'Sub' || reader.op === 'Div'))
  );
}

interface Mixed {
  /** The tensor that the first operator reads which mixes positions: the picture itself, or what became of it. */
  readonly reached: string;
  readonly mixing: Node | null;
}

function firstMixed(graph: Graph, image: ImageInput): Mixed {
  const local = new Set([image.name]);
  const varying = new Set([image.name]);
  for (const node of graph.nodes) {
    const read = readBy(node).filter((name) => varying.has(name));
    if (read.length === 0) continue;
    for (const name of node.outputs) varying.add(name);
    const isLocal =
      (LOCAL.has(node.op) || mixesColours(node, graph, image)) && read.every((name) => local.has(name));
    const [first] = read;
    if (isLocal) for (const name of node.outputs) local.add(name);
    else if (node.op !== 'Shape' && first !== undefined && local.has(first))
      return { reached: first, mixing: node };
  }
  return { reached: image.name, mixing: null };
}

/** Colours may be scaled, turned around or added up at every position by itself. */
function mixesColours(node: Node, graph: Graph, image: ImageInput): boolean {
  if (node.op === 'Conv') return isPointwise(node, graph, image);
  const { layout, channels } = image;
  if (node.op === 'MatMul') {
    const weights = graph.initializers.get(input(node, 1));
    return layout === 'NHWC' && weights?.dims.join() === `${channels},${channels}`;
  }
  if (node.op !== 'ReduceSum' && node.op !== 'ReduceMean') return false;
  const [axis, ...others] = constantIntegers(graph, input(node, 1)) ?? [];
  if (axis === undefined || others.length > 0) return false;
  return counted(axis, 4) === (layout === 'NCHW' ? 1 : 3);
}

/** A convolution of one position that keeps the colours, or makes grey of them. */
function isPointwise(node: Node, { initializers }: Graph, { channels }: ImageInput): boolean {
  // Weights that are computed, as a quantised model's are, have no stored size.
  const [outputs = 0, ofGroup = NaN, ...kernel] = initializers.get(input(node, 1))?.dims ?? [];
  const inputs = ofGroup * int(node, 'group', 1);
  const isKept = outputs === inputs || (outputs === 1 && inputs === channels);
  return isKept && kernel.every((size) => size === 1);
}

const PROBED = 'relevance-cam/probed';

async function probe(
  graph: Graph,
  image: ImageInput,
  tensor: string,
  file: string,
): Promise<readonly Line[]> {
  const outputs = [{ name: PROBED, dataType: DataType.FLOAT, shape: null }];
  // It may be read as whole numbers.
  const nodes = [...graph.nodes, castNode(tensor, PROBED, DataType.FLOAT)];
  const session = await createSession(partFor({ ...graph, nodes }, outputs), file);
  const shape = graph.inputs.find(({ name }) => name === image.name)?.shape?.map(Number) ?? [];
  const run = async (value: number, channel: number): Promise<Float32Array> => {
    const picture = new ort.Tensor('float32', plain(shape, image, value, channel), shape);
    return floats(await session.run({ [image.name]: picture }), PROBED);
  };
  try {
    const black = await run(0, 0);
    const lines: Line[] = [];
    for (let channel = 0; channel < image.channels; channel++) {
      const [one, full] = [await run(1, channel), await run(255, channel)];
      const places = [...black.keys()].filter((place) => full[place] !== black[place]);
      // In the middle of the picture, away from what a Pad added.
      const place = places[Math.floor(places.length / 2)] ?? 0;
      const zero = black[place] ?? 0;
      lines.push({ zero, one: (one[place] ?? 0) - zero, full: (full[place] ?? 0) - zero });
    }
    return lines;
  } finally {
    await session.dispose();
  }
}

/** A picture of one value in one channel, black in the others. */
function plain(
  shape: readonly number[],
  { layout, channels }: ImageInput,
  value: number,
  channel: number,
): Float32Array {
  const count = elementCount(shape);
  const channelOf = (index: number): number =>
    layout === 'NCHW' ? Math.floor((index * channels) / count) : index % channels;
  return Float32Array.from({ length: count }, (_, index) => (channelOf(index) === channel ? value : 0));
}

const BYTES = [0, 255] as const;

function rangeOfWhole(dataType: DataType, told: readonly [number, number] | null): readonly [number, number] {
  if (dataType === DataType.INT8) return [-128, 127];
  const isWider = dataType !== DataType.UINT8 && told !== null && told[1] - told[0] >= 255;
  return isWider ? told : BYTES;
}

/** A unit that counts for less than this among what convolutions take is one of 255. */
const SMALL_UNIT = 1 / 20;

/** What is made of the picture tells in which unit it is: normalised values are of the size of 1. */
function rangeOf(lines: readonly Line[]): readonly [number, number] | null {
  const mean = (value: (line: Line) => number): number =>
    lines.reduce((sum, line) => sum + value(line), 0) / lines.length;
  const scale = mean(({ one }) => Math.abs(one));
  if (lines.length === 0 || !(scale > 0)) return null;
  // Where the model cuts off at 1, no pixel is above.
  if (mean(({ full, one }) => full / one) < 2) return [0, 1];
  const centre = mean(({ zero, one }) => -zero / one);
  // A normalisation that was learned from pictures which had been normalised before, or made of ImageNet's.
  if ((scale > 0.5 && scale < 2 && Math.abs(centre) < 0.25) || isOfImageNet(lines)) return null;
  const become = (value: number): number => mean(({ zero, one }) => zero + value * one);
  const plain = PLAIN.find((range) => isPlain(range.map(become)));
  if (plain !== undefined) return plain;
  if (scale < SMALL_UNIT || centre > 2) return BYTES;
  return centre < 0 ? [-1, 1] : [0, 1];
}

/** What black and white are, where that is not told by a mean and a deviation, before the model and in it. */
const PLAIN = [[0, 1], [-1, 1], [-0.5, 0.5], BYTES, [-128, 127], [0, 65_535]] as const;
const PLAIN_INSIDE = [...PLAIN.slice(0, -1), [-127.5, 127.5]] as const;

/** Whether a model makes of black and white what is usual; of 255 steps half a one does not count. */
function isPlain(ends: readonly number[]): boolean {
  const [black = 0, white = 0] = ends.toSorted((a, b) => a - b);
  return PLAIN_INSIDE.some(([low, high]) => {
    const tolerance = (high - low) / 400;
    return Math.abs(black - low) < tolerance && Math.abs(white - high) < tolerance;
  });
}

/** Whether a model makes −1 … 1 of what ImageNet's normalisation makes of pictures, as torchvision's Inception and GoogLeNet. */
function isOfImageNet(lines: readonly Line[]): boolean {
  return lines.every(({ zero, one }, channel) => {
    const [mean, std] = [MEANS[0][channel] ?? NaN, STDS[channel] ?? NaN];
    return isPlain([0, 1].map((value) => (zero + (one * (value - mean)) / std + 1) / 2));
  });
}

/** Means of pictures that tell red from blue: of ImageNet and CIFAR-10. */
const MEANS = [
  [0.485, 0.456, 0.406],
  [0.4914, 0.4822, 0.4465],
] as const;
const MEANS_TOLERANCE = 0.012;
/** Of ImageNet. */
const STDS = [0.229, 0.224, 0.225];

function orderOf(
  lines: readonly Line[],
  { channels }: ImageInput,
  [low, high]: readonly [number, number],
): InputRange['channelOrder'] {
  if (channels === 1) return 'grey';
  const means = lines.map(({ zero, one }) => (-zero / one - low) / (high - low));
  const isReversed = MEANS.some((known) =>
    known.toReversed().every((mean, channel) => Math.abs((means[channel] ?? NaN) - mean) < MEANS_TOLERANCE),
  );
  return isReversed ? 'BGR' : 'RGB';
}
