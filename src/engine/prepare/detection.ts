import { fail } from '../failure.js';
import { nodesWithin } from '../onnx/bodies.js';
import { type Graph, labelOf, type Node, type Shapes } from '../onnx/graph.js';
import { DataType, elementCount } from '../onnx/tensor.js';
import { needed, producers } from '../onnx/walk.js';
import { isOfClasses } from './logits.js';

/** What chooses among overlapping boxes; besides ONNX' own, what is written for TensorRT. */
const CHOOSES_BOXES = /^(?:NonMaxSuppression|(?:Batched|Efficient)?NMS\w*)$/;

/**
 * Checks that nothing in a model chooses among boxes: its outputs would change their sizes from picture to picture.
 * @param chosen the user's choice where there are several outputs
 * @throws detectionNode
 */
export function checkChoosesNoBoxes({ nodes, outputs }: Graph, chosen: string | null, file: string): void {
  const all = needed(nodes, chosen === null ? outputs : [{ name: chosen }]);
  const found = all.find((node) => [node, ...nodesWithin(node)].some(({ op }) => CHOOSES_BOXES.test(op)));
  if (found === undefined) return;
  throw fail('detectionNode', { file, node: labelOf(found), op: found.op });
}

/** What leaves a value at its place: movement, and functions of every element by itself. */
const KEEPS_PLACES = new Set([
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Concat', 'Split', 'Identity', 'Cast'],
  ...['Sigmoid', 'Softmax', 'LogSoftmax', 'Exp', 'Pow', 'Sqrt', 'Add', 'Sub', 'Mul', 'Div', 'Clip'],
]);
/** A value taken out of a map may as well be one of a class; rows of values may not. */
const TAKES_PLACES = new Set(['Slice', 'Gather']);

/** A map of so many positions and more is none of a classifier whose picture is larger than it was trained with. */
const MAP_POSITIONS = 64;

/** What an output holds if it is none of classes. */
type Holding = { readonly kind: 'places' | 'boxes' | 'columns'; readonly count: number } | ClassMap;

interface ClassMap {
  readonly kind: 'map';
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Checks that a model classifies: that not all it puts out are lists of values at the places of a feature map, boxes with
 * their scores, or maps.
 * @param graph whose outputs are those that may be meant
 * @throws detection, detectionBoxes, textOutput, segmentation, mapOutput
 */
export function checkClassifies(graph: Graph, shapes: Shapes, file: string): void {
  const producer = producers(graph);
  const { outputs } = graph;
  const shapesOf = outputs.map(({ name }) => shapes.get(name) ?? []);
  const boxes = boxesIn(shapesOf);
  const holdings = outputs.flatMap(({ name, dataType }, index): readonly (Holding | null)[] => {
    const shape = shapesOf[index] ?? [];
    if (dataType !== DataType.FLOAT)
      return isMap(shape) ? [{ kind: 'map', channels: 0, ...sizeOf(shape) }] : [];
    if (shape.length === 4 && isMap(shape))
      return [{ kind: 'map', channels: shape[1] ?? 0, ...sizeOf(shape) }];
    const rows = isOfClasses(shape) ? null : boxes;
    return [rows ?? placesOf(name, shapes, producer)];
  });
  const found = holdings.filter((holding) => holding !== null);
  if (found.length > 0 && found.length === holdings.length) throw refusalOf(found, file);
}

function refusalOf(holdings: readonly Holding[], file: string): Error {
  const lists = holdings.filter((holding) => holding.kind !== 'map');
  const [largest] = lists.toSorted((a, b) => b.count - a.count);
  if (lists.some(({ kind }) => kind === 'boxes'))
    return fail('detectionBoxes', { file, boxes: largest?.count ?? 0 });
  if (largest?.kind === 'columns') return fail('textOutput', { file, columns: largest.count });
  if (largest !== undefined) return fail('detection', { file, places: largest.count });
  const maps = holdings.filter((holding) => holding.kind === 'map');
  const sizes = bySize(maps);
  if (areOfBoxes([...sizes.values()])) {
    const places = [...sizes.keys()].reduce((sum, size) => sum + size, 0);
    return fail('detection', { file, places });
  }
  const [map] = maps;
  const { channels = 0, height = 0, width = 0 } = map ?? {};
  return channels === 1 || channels === 3
    ? fail('mapOutput', { file, channels, height, width })
    : fail('segmentation', { file, height, width });
}

/** How many channels the maps of each number of positions have, in ascending order. */
function bySize(maps: readonly ClassMap[]): ReadonlyMap<number, readonly number[]> {
  const areas = new Set(maps.map(({ height, width }) => height * width));
  const channelsOf = (area: number): readonly number[] =>
    maps.flatMap(({ channels, height, width }) => (height * width === area ? [channels] : []));
  return new Map(Array.from(areas, (area) => [area, channelsOf(area).toSorted((a, b) => a - b)]));
}

/** What a box's place and size are told by, and beside it how sure the box is of holding anything. */
const BOX_NUMBERS = new Set([2, 4]);
const ANCHORS = 3;
const BOX_AND_SURENESS = 5;

/**
 * Whether maps hold boxes: scores beside two maps of centres, sizes or edges; scores and boxes at several scales; or at three
 * scales three anchors each, with a box, its sureness and classes.
 */
function areOfBoxes(channelsBySize: readonly (readonly number[])[]): boolean {
  const [first = [], ...others] = channelsBySize;
  if (others.length === 0)
    return first.length > 2 && first.filter((count) => BOX_NUMBERS.has(count)).length > 1;
  if (others.some((channels) => channels.join() !== first.join())) return false;
  const [count = 0, another] = first;
  if (another !== undefined) return count !== another;
  return others.length > 1 && count % ANCHORS === 0 && count / ANCHORS > BOX_AND_SURENESS;
}

/** Boxes of four numbers, (N, 4), beside as many rows of scores, (N, C), as detectors with transformers put them out. */
function boxesIn(shapes: readonly (readonly number[])[]): Holding | null {
  const rows = shapes.map((shape) => (isOfClasses(shape) ? [] : shape.slice(-2)));
  const box = rows.find(([count = 0, size], index) => {
    const isBeside = rows.some(
      ([other, scores = 0], place) => place !== index && other === count && scores > 1,
    );
    return size === 4 && count > 1 && isBeside;
  });
  return box === undefined ? null : { kind: 'boxes', count: box[0] ?? 0 };
}

/** Whether this is the form of a map (1, C, H, W), or of the classes of its positions, (1, H, W). */
function isMap(shape: readonly number[]): boolean {
  const { height, width } = sizeOf(shape);
  const isPicture = shape.length === 3 || shape.length === 4;
  return isPicture && Math.min(height, width) > 1 && height * width >= MAP_POSITIONS;
}

function sizeOf(shape: readonly number[]): { readonly height: number; readonly width: number } {
  const [height = 0, width = 0] = shape.slice(-2);
  return { height, width };
}

/** A list of values at the places of a feature map, or of its columns where it has one row, or by anchor and position, (1, A, H, W, values). */
function placesOf(tensor: string, shapes: Shapes, producer: ReadonlyMap<string, Node>): Holding | null {
  const list = shapes.get(tensor) ?? [];
  const mapOf = (name: string): readonly number[] | null => {
    const node = producer.get(name);
    if (node === undefined) return null;
    const isKept = KEEPS_PLACES.has(node.op) || (!isOfClasses(list) && TAKES_PLACES.has(node.op));
    if (isKept) return node.inputs.map(mapOf).find((found) => found !== null) ?? null;
    const shape = shapes.get(name) ?? [];
    return shape.length === 4 && shape.filter((size) => size > 1).length > 1 ? shape : null;
  };
  const isByAnchor = list.length === 5;
  const map = list.length <= 3 || isByAnchor ? mapOf(tensor) : null;
  if (map === null) return null;
  const [, channels = 1, height, width = 1] = map;
  if (channels > 1 && height === 1 && width > 1) return { kind: 'columns', count: width };
  return { kind: 'places', count: isByAnchor ? elementCount(list.slice(0, -1)) : Math.max(...list) };
}
