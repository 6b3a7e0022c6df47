import { create, toBinary } from '@bufbuild/protobuf';

import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './gen/onnx_pb.js';
import type { Attribute, Graph, Node, ValueInfo } from './graph.js';
import { DataType, int64, type Tensor } from './tensor.js';

/** A model in the form that a session is created from: the graph, and beside it the weights, which are not copied. */
export interface SerializedModel {
  readonly bytes: Uint8Array;
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** Constants of this size and above travel beside the graph. */
const EXTERNAL_BYTES = 1024;

/**
 * Writes a graph as an ONNX model whose larger constants are external data held in memory.
 * @param externalBytes constants from this size on travel beside the graph
 * @param stored further constants, in files that they refer to
 */
export function writeModel(
  graph: Graph,
  externalBytes = EXTERNAL_BYTES,
  stored: readonly TensorProto[] = [],
): SerializedModel {
  const externalData: { path: string; data: Uint8Array }[] = [];
  const initializer = Array.from(graph.initializers, ([name, tensor]) => {
    if (tensor.bytes.length < externalBytes) return writeTensor(name, tensor);
    const location = `constant-${externalData.length}`;
    externalData.push({ path: location, data: tensor.bytes });
    return referTo(name, tensor, { location, offset: 0 });
  });
  const bytes = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(Math.max(graph.irVersion, 8)),
      opsetImport: Array.from(graph.opsets, ([domain, version]) => ({ domain, version: BigInt(version) })),
      functions: [...graph.functions],
      graph: {
        name: 'graph',
        node: graph.nodes.map(writeNode),
        initializer: [...initializer, ...stored],
        input: graph.inputs.map(writeValueInfo),
        output: graph.outputs.map(writeValueInfo),
      },
    }),
  );
  return { bytes, externalData };
}

/** A graph as an attribute has it: it reads the tensors of the graph around it. */
export function writeSubgraph(
  nodes: readonly Node[],
  inputs: readonly ValueInfo[],
  outputs: readonly ValueInfo[],
): GraphProto {
  return create(GraphProtoSchema, {
    name: 'body',
    node: nodes.map(writeNode),
    input: inputs.map(writeValueInfo),
    output: outputs.map(writeValueInfo),
  });
}

export function writeNode(node: Node): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.op,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Array.from(node.attributes, ([name, attribute]) => writeAttribute(name, attribute)),
  });
}

function writeTensor(name: string, tensor: Tensor): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: tensor.dataType,
    dims: tensor.dims.map(BigInt),
    ...(tensor.strings === undefined
      ? { rawData: tensor.bytes }
      : { stringData: tensor.strings.map((text) => Buffer.from(text)) }),
  });
}

/** A constant whose bytes lie in a file of this name from there on. */
export function referTo(
  name: string,
  tensor: Tensor,
  { location, offset }: { readonly location: string; readonly offset: number },
): TensorProto {
  const entry = (key: string, value: string) => create(StringStringEntryProtoSchema, { key, value });
  return create(TensorProtoSchema, {
    name,
    dataType: tensor.dataType,
    dims: tensor.dims.map(BigInt),
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      entry('location', location),
      entry('offset', String(offset)),
      entry('length', String(tensor.bytes.length)),
    ],
  });
}

function writeValueInfo(info: ValueInfo): ValueInfoProto {
  // Left to ONNX Runtime to infer.
  if (info.dataType === DataType.UNDEFINED) return create(ValueInfoProtoSchema, { name: info.name });
  const dim = info.shape?.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : typeof size === 'string'
          ? { case: 'dimParam' as const, value: size }
          : { case: undefined },
  }));
  return create(ValueInfoProtoSchema, {
    name: info.name,
    type: {
      value: {
        case: 'tensorType',
        value: { elemType: info.dataType, ...(dim && { shape: { dim } }) },
      },
    },
  });
}

function writeAttribute(name: string, attribute: Attribute): AttributeProto {
  const make = (
    init: Omit<Parameters<typeof create<typeof AttributeProtoSchema>>[1] & object, '$typeName'>,
  ) => create(AttributeProtoSchema, { name, ...init });
  switch (attribute.type) {
    case 'int':
      return make({ type: AttributeType.INT, i: int64(attribute.value) });
    case 'float':
      return make({ type: AttributeType.FLOAT, f: attribute.value });
    case 'ints':
      return make({ type: AttributeType.INTS, ints: attribute.value.map(int64) });
    case 'floats':
      return make({ type: AttributeType.FLOATS, floats: [...attribute.value] });
    case 'string':
      return make({ type: AttributeType.STRING, s: Buffer.from(attribute.value) });
    case 'strings':
      return make({
        type: AttributeType.STRINGS,
        strings: attribute.value.map((value) => Buffer.from(value)),
      });
    case 'tensor':
      return make({ type: AttributeType.TENSOR, t: writeTensor('', attribute.value) });
    case 'graph':
      return make({ type: AttributeType.GRAPH, g: attribute.value });
  }
}
