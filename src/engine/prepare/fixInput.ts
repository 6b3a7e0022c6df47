import { reading } from '../onnx/bodies.js';
import { type Graph, type Node, output } from '../onnx/graph.js';
import { castNode, plainNode } from '../onnx/make.js';
import { DataType, elementCount, int64Tensor, type Tensor } from '../onnx/tensor.js';
import { type ImageInput, inputShape } from './imageInput.js';
import type { OtherInput } from './otherInputs.js';

/**
 * The graph with one input: one picture of this size, as floats. Where the file's input is of another type or shape, the
 * picture is turned into that; a file for several pictures at a time gets as many, all of them this one. Every other input
 * becomes a constant.
 */
export function fixInput(graph: Graph, image: ImageInput, height: number, width: number): Graph {
  const shape = inputShape(image, height, width);
  const dataTypes = new Map(graph.inputs.map(({ name, dataType }) => [name, dataType]));
  const dataType = dataTypes.get(image.name) ?? DataType.FLOAT;
  const initializers = new Map(graph.initializers);
  const front: Node[] = [];
  const add = (node: Node): string => {
    front.push(node);
    return output(node);
  };
  const ints = (name: string, values: readonly number[]): string => {
    initializers.set(name, int64Tensor(values));
    return name;
  };
  let given = image.name;
  if (dataType !== DataType.FLOAT) given = add(castNode(given, `${image.name}/typed`, dataType));
  if (image.batch > 1) {
    const pictures = ints(`${image.name}/pictures`, [image.batch, ...shape.slice(1)]);
    given = add(plainNode('Expand', [given, pictures], repeatedOf(image)));
  }
  if (image.flat !== null) {
    const flat = ints(`${image.name}/shape`, image.flat === 'single' ? shape.slice(1) : image.flat);
    given = add(plainNode('Reshape', [given, flat], `${image.name}/flat`));
  }
  for (const [name, other] of image.others) {
    if (other.isText) {
      initializers.set(name, emptyTexts(other));
      continue;
    }
    initializers.set(`${name}/values`, doubles(other));
    front.push(castNode(`${name}/values`, name, dataTypes.get(name) ?? DataType.FLOAT));
  }
  const rename = (name: string): string => (name === image.name ? given : name);
  return {
    ...graph,
    nodes: [...front, ...graph.nodes.map((node) => reading(node, rename))],
    inputs: [{ name: image.name, dataType: DataType.FLOAT, shape }],
    initializers,
    // Declared shapes may speak of other sizes.
    outputs: graph.outputs.map((info) => ({ ...info, shape: null })),
    valueInfo: new Map(),
  };
}

/** The tensor of as many pictures as the file takes. */
export function repeatedOf({ name }: ImageInput): string {
  return `${name}/repeated`;
}

function emptyTexts({ shape }: OtherInput): Tensor {
  const strings = Array.from({ length: elementCount(shape) }, () => '');
  return { dataType: DataType.STRING, dims: shape, bytes: new Uint8Array(), strings };
}

/** Doubles hold every whole number that a setting can name. */
function doubles({ shape, values }: OtherInput): Tensor {
  const numbers = values === null ? new Float64Array(elementCount(shape)) : Float64Array.from(values);
  return { dataType: DataType.DOUBLE, dims: shape, bytes: new Uint8Array(numbers.buffer) };
}
