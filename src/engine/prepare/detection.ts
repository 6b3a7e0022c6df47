import { fail } from '../failure.js';
import type { Graph, Node, Shapes } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { producers } from '../onnx/walk.js';

/** What leaves a value at its place: movement, and functions of every element by itself. */
const KEEPS_PLACES = new Set([
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Concat', 'Split', 'Identity', 'Cast'],
  ...['Sigmoid', 'Softmax', 'LogSoftmax', 'Exp', 'Pow', 'Sqrt', 'Add', 'Sub', 'Mul', 'Div', 'Clip'],
]);

/**
 * Checks that a model does not detect: that not all it puts out are lists of values at the places of a feature map.
 * @param chosen the user's choice where there are several outputs
 * @throws detection
 */
export function checkNoDetection(graph: Graph, shapes: Shapes, chosen: string | null, file: string): void {
  const producer = producers(graph);
  const places = graph.outputs
    .filter(({ name, dataType }) => dataType === DataType.FLOAT && (chosen === null || name === chosen))
    .map(({ name }) => placesOf(name, shapes, producer));
  if (places.length > 0 && !places.includes(0))
    throw fail('detection', { file, places: Math.max(...places) });
}

/** How many places a list has values for; 0 where it is no such list. */
function placesOf(tensor: string, shapes: Shapes, producer: ReadonlyMap<string, Node>): number {
  const list = shapes.get(tensor) ?? [];
  const isAtPlaces = (name: string): boolean => {
    const node = producer.get(name);
    if (node === undefined) return false;
    if (KEEPS_PLACES.has(node.op)) return node.inputs.some(isAtPlaces);
    const shape = shapes.get(name) ?? [];
    return shape.length === 4 && shape.filter((size) => size > 1).length > 1;
  };
  return list.length <= 3 && isAtPlaces(tensor) ? Math.max(...list) : 0;
}
