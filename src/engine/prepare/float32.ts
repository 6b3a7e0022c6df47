import { withBodies, withNodes } from '../onnx/bodies.js';
import type { GraphProto, ValueInfoProto } from '../onnx/gen/onnx_pb.js';
import type { Attribute, Graph, Node, ValueInfo } from '../onnx/graph.js';
import { castNode } from '../onnx/make.js';
import { DataType, type Tensor } from '../onnx/tensor.js';
import { withoutRounding } from './rounding.js';

/** Floating-point types that a model may compute in; it is explained in float32. */
const OTHER_FLOATS: ReadonlySet<DataType> = new Set([DataType.FLOAT16, DataType.BFLOAT16, DataType.DOUBLE]);

/**
 * A model that computes in float32: every other floating-point type is replaced, constants by a Cast that ONNX Runtime
 * carries out, and what a quantised model rounds is left as it is.
 */
export function inFloat32(given: Graph): Graph {
  const graph = withoutRounding(given);
  const casts: Node[] = [];
  const initializers = new Map<string, Tensor>();
  for (const [name, tensor] of graph.initializers) {
    const isOther = OTHER_FLOATS.has(tensor.dataType);
    initializers.set(isOther ? `${name}/stored` : name, tensor);
    if (isOther) casts.push(castNode(`${name}/stored`, name, DataType.FLOAT));
  }
  return {
    ...graph,
    initializers,
    nodes: [...casts, ...graph.nodes.flatMap((node) => floatNode(node))],
    inputs: graph.inputs.map(floatInfo),
    outputs: graph.outputs.map(floatInfo),
    valueInfo: new Map(Array.from(graph.valueInfo, ([name, info]) => [name, floatInfo(info)])),
  };
}

/** Whether a model computes in another floating-point type, wholly or in part. */
export function isInOtherFloats({ initializers, nodes, inputs }: Graph): boolean {
  const isCast = ({ attributes }: Node): boolean => {
    const to = attributes.get('to');
    return to?.type === 'int' && OTHER_FLOATS.has(to.value);
  };
  const isOther = ({ dataType }: { readonly dataType: DataType }): boolean => OTHER_FLOATS.has(dataType);
  return [...initializers.values(), ...inputs].some(isOther) || nodes.some(isCast);
}

/** Nodes that put out a constant of the type of their attribute `value`. */
const OF_VALUE = new Set(['Constant', 'ConstantOfShape']);

/** Attributes that name a type (Cast's `to`, `dtype`), constants written as nodes, and subgraphs. */
function floatNode(given: Node): readonly Node[] {
  const node = withBodies(given, floatBody);
  const value = node.attributes.get('value');
  if (OF_VALUE.has(node.op) && value?.type === 'tensor' && OTHER_FLOATS.has(value.value.dataType)) {
    const [output = ''] = node.outputs;
    return [{ ...node, outputs: [`${output}/stored`] }, castNode(`${output}/stored`, output, DataType.FLOAT)];
  }
  const isOther = (attribute: Attribute): boolean =>
    attribute.type === 'int' && OTHER_FLOATS.has(attribute.value);
  const typed = Array.from(node.attributes, ([name, attribute]): readonly [string, Attribute] =>
    (name === 'to' || name === 'dtype') && isOther(attribute)
      ? [name, { type: 'int', value: DataType.FLOAT }]
      : [name, attribute],
  );
  return [{ ...node, attributes: new Map(typed) }];
}

function floatBody(body: GraphProto): GraphProto {
  const floats = withNodes(body, (nodes) => nodes.flatMap(floatNode));
  return {
    ...floats,
    input: floats.input.map(floatInfoIn),
    output: floats.output.map(floatInfoIn),
    valueInfo: [],
  };
}

function floatInfoIn(info: ValueInfoProto): ValueInfoProto {
  const value = info.type?.value;
  if (info.type === undefined || value?.case !== 'tensorType' || !OTHER_FLOATS.has(value.value.elemType))
    return info;
  const tensor = { ...value.value, elemType: DataType.FLOAT };
  return { ...info, type: { ...info.type, value: { ...value, value: tensor } } };
}

function floatInfo(info: ValueInfo): ValueInfo {
  return OTHER_FLOATS.has(info.dataType) ? { ...info, dataType: DataType.FLOAT } : info;
}
