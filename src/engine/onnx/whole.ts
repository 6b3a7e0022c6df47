import { create } from '@bufbuild/protobuf';

import { fail } from '../failure.js';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type SparseTensorProto,
  type TensorProto,
} from './gen/onnx_pb.js';
import { isExternal, readTensor } from './readTensor.js';
import { byteLength, dataTypeName, elementCount, integerValues, isShape, type Tensor } from './tensor.js';

/** A sparse tensor of a few bytes can have any shape: as a dense one it takes at most this. */
const DENSE_BYTES = 2 ** 30;

/**
 * Brings a graph, in place, to the form that everything else knows: sparse constants become dense. The constants of its
 * subgraphs become nodes of theirs, whatever file they lie in.
 * @throws impossibleShape, constantType, constantLength, damagedModel, externalData…
 */
export function makeWhole(graph: GraphProto, file: string): void {
  graph.initializer.push(...graph.sparseInitializer.map((sparse) => dense(sparse, file)));
  graph.sparseInitializer = [];
  for (const { attribute } of graph.node)
    for (const each of attribute) {
      if (each.sparseTensor !== undefined) becomeDense(each, each.sparseTensor, file);
      if (each.g !== undefined) makeSubgraphWhole(each.g, file);
    }
}

function makeSubgraphWhole(graph: GraphProto, file: string): void {
  makeWhole(graph, file);
  for (const tensor of tensorsIn(graph)) if (isExternal(tensor)) embed(tensor, file);
  graph.node.unshift(...graph.initializer.map(constantNode));
  graph.initializer = [];
}

function constantNode(tensor: TensorProto): NodeProto {
  const value = create(AttributeProtoSchema, { name: 'value', type: AttributeType.TENSOR, t: tensor });
  return create(NodeProtoSchema, { opType: 'Constant', output: [tensor.name], attribute: [value] });
}

/** Every constant of a graph and of its subgraphs. */
export function tensorsIn({ initializer, node }: GraphProto): readonly TensorProto[] {
  const attributes = node.flatMap(({ attribute }) => attribute);
  return [
    ...initializer,
    ...attributes.flatMap(({ t, g }) => [...(t ? [t] : []), ...(g ? tensorsIn(g) : [])]),
  ];
}

/** A Constant of a sparse value is one of a value. */
function becomeDense(attribute: AttributeProto, sparse: SparseTensorProto, file: string): void {
  attribute.t = dense(sparse, file);
  attribute.type = AttributeType.TENSOR;
  if (attribute.name === 'sparse_value') attribute.name = 'value';
}

function embed(tensor: TensorProto, file: string): void {
  tensor.rawData = readTensor(tensor, file).bytes;
  tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
  tensor.externalData = [];
}

function dense({ values, indices, dims }: SparseTensorProto, file: string): TensorProto {
  const shape = dims.map(Number);
  const name = values?.name ?? '';
  const isPossible = isShape(shape) && 8 * elementCount(shape) <= DENSE_BYTES;
  if (values === undefined || !isPossible)
    throw fail('impossibleShape', { file, tensor: name, shape: shape.join(' × ') });
  const given = readTensor(values, file);
  const size = byteLength(given.dataType, [1]);
  if (size === null) throw fail('constantType', { file, tensor: name, type: dataTypeName(given.dataType) });
  const rawData = new Uint8Array(size * elementCount(shape));
  const places = indices === undefined ? [] : placesOf(readTensor(indices, file, name), shape);
  if (!places.every((place) => place >= 0 && size * place < rawData.length))
    throw fail('damagedModel', { file });
  places.forEach((place, index) => {
    rawData.set(given.bytes.subarray(index * size, (index + 1) * size), place * size);
  });
  return create(TensorProtoSchema, { name, dataType: given.dataType, dims, rawData });
}

/** Places in row-major order, which a file gives so, (NNZ), or by axis, (NNZ, rank). */
function placesOf(indices: Tensor, shape: readonly number[]): readonly number[] {
  const given = integerValues(indices) ?? [];
  if (indices.dims.length < 2) return given;
  const rank = shape.length;
  return Array.from({ length: given.length / rank }, (_, index) =>
    shape.reduce((place, size, axis) => place * size + (given[index * rank + axis] ?? 0), 0),
  );
}
