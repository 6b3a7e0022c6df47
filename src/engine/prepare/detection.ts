import { fail } from '../failure.js';
import { nodesWithin } from '../onnx/bodies.js';
import { type Graph, labelOf, type Node, type Shapes } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
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
type Holding =
  | { readonly kind: 'places' | 'boxes'; readonly count: number }
  | { readonly kind: 'map'; readonly channels: number; readonly height: number; readonly width: number };

/**
 * Checks that a model classifies: that not all it puts out are lists of values at the places of a feature map, boxes with
 * their scores, or maps.
 * @param graph whose outputs are those that may be meant
 * @throws detection, detectionBoxes, segmentation, mapOutput
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
  if (largest !== undefined) return fail('detection', { file, places: largest.count });
  const [map] = holdings.flatMap((holding) => (holding.kind === 'map' ? [holding] : []));
  const { channels = 0, height = 0, width = 0 } = map ?? {};
  return channels === 1 || channels === 3
    ? fail('mapOutput', { file, channels, height, width })
    : fail('segmentation', { file, height, width });
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

/** A list of values at the places of a feature map. */
function placesOf(tensor: string, shapes: Shapes, producer: ReadonlyMap<string, Node>): Holding | null {
  const list = shapes.get(tensor) ?? [];
  const isAtPlaces = (name: string): boolean => {
    const node = producer.get(name);
    if (node === undefined) return false;
    const isKept = KEEPS_PLACES.has(node.op) || (!isOfClasses(list) && TAKES_PLACES.has(node.op));
    if (isKept) return node.inputs.some(isAtPlaces);
    const shape = shapes.get(name) ?? [];
    return shape.length === 4 && shape.filter((size) => size > 1).length > 1;
  };
  return list.length <= 3 && isAtPlaces(tensor) ? { kind: 'places', count: Math.max(...list) } : null;
}
