import { fromBinary } from '@bufbuild/protobuf';
import { readFileSync } from 'node:fs';

import type { ErrorCode } from '../../protocol/errors.js';
import { fail } from '../failure.js';
import { stateOf } from '../files.js';
import { reasonOf } from '../../protocol/reasons.js';
import { substituteOf } from '../substitute.js';
import { locateData, locationOf } from './externalData.js';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from './gen/onnx_pb.js';
import type { Attribute, Graph, Node, ValueInfo } from './graph.js';
import { inOrder } from './order.js';
import { makeWhole, tensorsIn } from './whole.js';
import { decodeText, isExternal, readTensor } from './readTensor.js';
import { DataType } from './tensor.js';
import { labelOf, validate } from './validate.js';

/**
 * Reads a model file with everything it refers to. Weights stay views into the file's bytes.
 * @throws cannotRead, notOnnx, lfsPointer, webPage, truncatedModel, damagedModel, what `validate` throws, constantType, constantLength,
 * impossibleShape, attributeType, externalData…
 */
export function readModel(file: string): Graph {
  return parseModel(readFile(file), file);
}

/**
 * Paths of the files besides its own in which a model keeps weights.
 * @throws cannotRead, notOnnx, lfsPointer, webPage, truncatedModel, damagedModel, externalDataOutside, externalDataMissing
 */
export function dataFilesOf(file: string): readonly string[] {
  const { graph } = decode(readFile(file), file);
  const external = (graph === undefined ? [] : tensorsIn(graph)).filter(isExternal);
  return Array.from(new Set(external.map(locationOf)), (data) => locateData(data, file));
}

/** The graph that these bytes of an .onnx file hold; `file` names them in errors and places external data. */
export function parseModel(bytes: Uint8Array, file: string): Graph {
  const model = decode(bytes, file);
  const graph = model.graph;
  if (graph === undefined || model.opsetImport.length === 0)
    throw fail(startsLikeModel(bytes) ? 'truncatedModel' : insteadOfModel(bytes), { file });
  makeWhole(graph, file);
  validate(graph, model, file);
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, readTensor(tensor, file)]));
  return {
    irVersion: Number(model.irVersion),
    opsets: new Map(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])),
    producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
    functions: model.functions,
    nodes: inOrder(graph.node).map((node) => readNode(node, file)),
    initializers,
    inputs: graph.input.filter(({ name }) => !initializers.has(name)).map(readValueInfo),
    outputs: graph.output.map(readValueInfo),
    valueInfo: readValueInfos(graph),
  };
}

/** Opening a model asks its file for several things in a row; nothing is held for that. */
let latest: { readonly state: string; readonly bytes: WeakRef<Uint8Array> } | null = null;

function readFile(file: string): Uint8Array {
  try {
    const state = JSON.stringify([file, stateOf(file)]);
    const known = latest?.state === state ? latest.bytes.deref() : undefined;
    const bytes = known ?? readFileSync(file);
    latest = { state, bytes: new WeakRef(bytes) };
    return bytes;
  } catch (error) {
    throw fail('cannotRead', { file, reason: reasonOf(error) }, error);
  }
}

function decode(bytes: Uint8Array, file: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    // "premature EOF"
    const isCut = error instanceof RangeError;
    throw fail(
      !startsLikeModel(bytes) ? insteadOfModel(bytes) : isCut ? 'truncatedModel' : 'damagedModel',
      { file },
      error,
    );
  }
}

/** A model starts with its IR version: field 1, a varint below 128. */
function startsLikeModel([field, version]: Uint8Array): boolean {
  return field === 0x08 && version !== undefined && version < 0x80;
}

function insteadOfModel(bytes: Uint8Array): ErrorCode {
  return substituteOf(bytes) ?? 'notOnnx';
}

function readValueInfos(graph: GraphProto): Map<string, ValueInfo> {
  return new Map([...graph.valueInfo, ...graph.output].map((info) => [info.name, readValueInfo(info)]));
}

function readValueInfo(info: ValueInfoProto): ValueInfo {
  const tensor = info.type?.value.case === 'tensorType' ? info.type.value.value : undefined;
  const shape = tensor?.shape?.dim.map(({ value }) => {
    // Some files write free sizes as negative ones.
    if (value.case === 'dimValue') return value.value < 0n ? null : Number(value.value);
    return value.case === 'dimParam' && value.value !== '' ? value.value : null;
  });
  return { name: info.name, dataType: tensor?.elemType ?? DataType.UNDEFINED, shape: shape ?? null };
}

/** A node as a graph or a subgraph has it. */
export function readNode(node: NodeProto, file: string): Node {
  return {
    name: node.name,
    op: node.opType,
    domain: node.domain === 'ai.onnx' ? '' : node.domain,
    inputs: node.input,
    outputs: withoutEmptyEnd(node.output),
    attributes: new Map(
      node.attribute.map((attribute) => [attribute.name, readAttribute(attribute, node, file)]),
    ),
    modulePath: readModulePath(node),
  };
}

/** An output that is left out may be listed without a name: to the runtime that would still be asked for in some operators. */
function withoutEmptyEnd(outputs: readonly string[]): readonly string[] {
  return outputs.slice(0, outputs.findLastIndex(Boolean) + 1);
}

/** PyTorch's exporter lists a node's modules in `pkg.torch.onnx.name_scopes`: `['', 'layer1', 'layer1.0', …, 'conv2d_1']`. */
function readModulePath(node: NodeProto): readonly string[] {
  const scopes = node.metadataProps.find(({ key }) => key === 'pkg.torch.onnx.name_scopes')?.value;
  if (scopes === undefined) return [];
  const names = Array.from(scopes.matchAll(/'([^']*)'|"([^"]*)"/g), (match) => match[1] ?? match[2] ?? '');
  return names.slice(0, -1).filter(Boolean);
}

function readAttribute(attribute: AttributeProto, node: NodeProto, file: string): Attribute {
  switch (attribute.type) {
    case AttributeType.FLOAT:
      return { type: 'float', value: attribute.f };
    case AttributeType.INT:
      return { type: 'int', value: Number(attribute.i) };
    case AttributeType.STRING:
      return { type: 'string', value: decodeText(attribute.s) };
    case AttributeType.FLOATS:
      return { type: 'floats', value: attribute.floats };
    case AttributeType.INTS:
      return { type: 'ints', value: attribute.ints.map(Number) };
    case AttributeType.STRINGS:
      return { type: 'strings', value: attribute.strings.map(decodeText) };
    case AttributeType.TENSOR:
      if (attribute.t) return { type: 'tensor', value: readTensor(attribute.t, file, labelOf(node)) };
      break;
    case AttributeType.GRAPH:
      if (attribute.g) return { type: 'graph', value: checked(attribute.g, file) };
      break;
    default:
  }
  throw fail('attributeType', { file, attribute: attribute.name, node: labelOf(node) });
}

/** A subgraph, whose nodes can be read. */
function checked(graph: GraphProto, file: string): GraphProto {
  for (const node of graph.node) readNode(node, file);
  return graph;
}
