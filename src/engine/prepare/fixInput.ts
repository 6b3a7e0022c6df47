import { reading } from '../onnx/bodies.js';
import { type Graph, type Node, output } from '../onnx/graph.js';
import { castNode, plainNode } from '../onnx/make.js';
import { DataType, elementCount, int64Tensor, type Tensor } from '../onnx/tensor.js';
import { type ImageInput, inputShape } from './imageInput.js';
import type { OtherInput } from './otherInputs.js';
import { withOnePicture } from './onePicture.js';

/**
 * The graph with one input: one picture of this size, as floats. Where the file's input is of another type or shape, the
 * picture is turned into that; every other input becomes a constant.
 * @param repeated whether a file for several pictures at a time is run with as many, all of them this one; otherwise it is
 * changed to take one
 */
export function fixInput(
  graph: Graph,
  image: ImageInput,
  height: number,
  width: number,
  repeated = false,
): Graph {
  const shape = inputShape(image, height, width);
  const single = image.batch === 1 || repeated ? graph : withOnePicture(graph, image);
  const dataTypes = new Map(graph.inputs.map(({ name, dataType }) => [name, dataType]));
  const dataType = dataTypes.get(image.name) ?? DataType.FLOAT;
  const initializers = new Map(single.initializers);
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
  if (repeated && image.batch > 1) {
    const pictures = ints(`${image.name}/pictures`, [image.batch, ...shape.slice(1)]);
    given = add(plainNode('Expand', [given, pictures], `${image.name}/repeated`));
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
    ...single,
    nodes: [...front, ...single.nodes.map((node) => reading(node, rename))],
    inputs: [{ name: image.name, dataType: DataType.FLOAT, shape }],
    initializers,
    // Declared shapes may speak of other sizes.
    outputs: graph.outputs.map((info) => ({ ...info, shape: null })),
    valueInfo: new Map(),
  };
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
