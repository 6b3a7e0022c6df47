// What a file keeps in unusual places: sparse constants, and constants of its subgraphs.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  ModelProtoSchema,
  SparseTensorProtoSchema,
  TensorProto_DataLocation,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from '../../../src/engine/onnx/gen/onnx_pb.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { dataFilesOf, parseModel } from '../../../src/engine/onnx/read.js';
import { DataType, floatTensor, floatValues } from '../../../src/engine/onnx/tensor.js';
import { writeModel, writeSubgraph } from '../../../src/engine/onnx/write.js';
import { array, at, explain, logitsOf } from './explaining.js';
import { constant, graphOf, node, numbers } from './graphs.js';

function changed(graph: Graph, change: (graph: GraphProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, writeModel(graph, Infinity).bytes);
  if (model.graph === undefined) throw new Error('a model without a graph');
  change(model.graph);
  return toBinary(ModelProtoSchema, model);
}

const sparse = (indices: readonly number[], dims: readonly number[]) =>
  create(SparseTensorProtoSchema, {
    values: create(TensorProtoSchema, {
      name: 'w',
      dataType: DataType.FLOAT,
      dims: [3n],
      floatData: [1.5, -2, 4],
    }),
    indices: create(TensorProtoSchema, {
      dataType: DataType.INT64,
      dims: dims.map(BigInt),
      int64Data: indices.map(BigInt),
    }),
    dims: [2n, 4n],
  });

describe('sparse constants become dense', () => {
  const graph = graphOf([1, 2], [node('MatMul', ['x', 'w'], ['y'])]);

  test.each<[string, readonly number[], readonly number[]]>([
    ['by their places', [1, 4, 7], [3]],
    ['by their axes', [0, 1, 1, 0, 1, 3], [3, 2]],
  ])('%s', (_, indices, dims) => {
    const bytes = changed(graph, (proto) => proto.sparseInitializer.push(sparse(indices, dims)));
    const { initializers } = parseModel(bytes, 'model.onnx');
    const dense = initializers.get('w');
    expect(dense?.dims).toEqual([2, 4]);
    expect(Array.from((dense && floatValues(dense)) ?? [])).toEqual([0, 1.5, 0, 0, -2, 0, 0, 4]);
  });

  test('of a Constant', () => {
    const bytes = changed(graphOf([1, 2], [node('Constant', [], ['w']), ...graph.nodes]), (proto) => {
      const sparseTensor = sparse([1, 4, 7], [3]);
      const attribute = { name: 'sparse_value', type: AttributeType.SPARSE_TENSOR, sparseTensor };
      proto.node[0]?.attribute.push(create(AttributeProtoSchema, attribute));
    });
    const value = parseModel(bytes, 'model.onnx').nodes[0]?.attributes.get('value');
    expect(value?.type === 'tensor' && Array.from(floatValues(value.value) ?? [])).toEqual([
      0, 1.5, 0, 0, -2, 0, 0, 4,
    ]);
  });

  test('a place outside is damage', () => {
    const bytes = changed(graph, (proto) => proto.sparseInitializer.push(sparse([1, 4, 8], [3])));
    expect(() => parseModel(bytes, 'model.onnx')).toThrow('damagedModel');
  });

  test('of an impossible size', () => {
    const bytes = changed(graph, (proto) =>
      proto.sparseInitializer.push({ ...sparse([1, 4, 7], [3]), dims: [2n ** 30n, 2n ** 20n] }),
    );
    expect(() => parseModel(bytes, 'model.onnx')).toThrow('impossibleShape');
  });
});

/** A classifier with a branch that adds a constant of its own, which lies where `place` puts it. */
function withBranch(dataType: DataType, place: (shift: TensorProto) => void = () => undefined): Uint8Array {
  const isHalf = dataType === DataType.FLOAT16;
  const info = (name: string) => [{ name, dataType, shape: null }];
  const branch = (name: string, by: string) =>
    writeSubgraph([node('Add', ['r', by], [name])], [], info(name));
  const then = branch('shifted', 'shift');
  // 0.5 in either precision
  const rawData = isHalf ? Uint8Array.of(0, 0x38) : new Uint8Array(Float32Array.of(0.5).buffer);
  const shift = create(TensorProtoSchema, { name: 'shift', dataType, rawData });
  place(shift);
  then.initializer.push(shift);
  const half = (name: string) =>
    isHalf ? [node('Cast', [`${name}/whole`], [name], { to: { type: 'int', value: dataType } })] : [];
  const weights = (name: string) => (isHalf ? `${name}/whole` : name);
  const graph = graphOf(
    [1, 3, 6, 6],
    [
      ...half('w'),
      ...half('fc'),
      ...half('zero'),
      node('Conv', ['x', 'w'], ['c']),
      node('Relu', ['c'], ['r']),
      node('ReduceSum', ['r'], ['sum'], { keepdims: { type: 'int', value: 0 } }),
      node('Greater', ['sum', 'zero'], ['isLit']),
      node('If', ['isLit'], ['chosen'], {
        then_branch: { type: 'graph', value: then },
        else_branch: { type: 'graph', value: branch('same', 'zero') },
      }),
      node('GlobalAveragePool', ['chosen'], ['p']),
      node('Flatten', ['p'], ['f']),
      node('MatMul', ['f', 'fc'], ['logits']),
    ],
    {
      [weights('w')]: constant(numbers([4, 3, 3, 3], 1)),
      [weights('fc')]: constant(numbers([4, 3], 2)),
      [weights('zero')]: floatTensor([0], []),
    },
  );
  const typed = {
    ...graph,
    inputs: graph.inputs.map((each) => ({ ...each, dataType })),
    outputs: graph.outputs.map((each) => ({ ...each, dataType })),
  };
  return writeModel(typed, Infinity).bytes;
}

describe('branches', () => {
  const x = numbers([1, 3, 6, 6], 5);
  const input = array('x', x.dims, x.data);
  const logits = async (name: string, bytes: Uint8Array): Promise<readonly number[]> => {
    writeFileSync(at(name), bytes);
    return logitsOf(await explain(at(name), input, { method: 'score-cam', target: 0 }));
  };
  const expectLogits = (found: readonly number[], expected: readonly number[]): void => {
    expect(found).toHaveLength(3);
    found.forEach((logit, index) => {
      expect(logit).toBeCloseTo(expected[index] ?? NaN, 2);
    });
  };

  test('of half precision are computed in float32', async () => {
    const expected = await logits('single.onnx', withBranch(DataType.FLOAT));
    expectLogits(await logits('half.onnx', withBranch(DataType.FLOAT16)), expected);
  });

  test('with a constant in another file', async () => {
    const expected = await logits('single.onnx', withBranch(DataType.FLOAT));
    writeFileSync(at('branch.data'), new Uint8Array(Float32Array.of(0.5).buffer));
    const bytes = withBranch(DataType.FLOAT, (shift) => {
      shift.rawData = new Uint8Array();
      shift.dataLocation = TensorProto_DataLocation.EXTERNAL;
      shift.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: 'branch.data' })];
    });
    expectLogits(await logits('external.onnx', bytes), expected);
    expect(dataFilesOf(at('external.onnx'))).toEqual([at('branch.data')]);
  });

  test('whose weights are no numbers', async () => {
    const bytes = withBranch(DataType.FLOAT, (shift) => {
      shift.rawData = new Uint8Array(Float32Array.of(NaN).buffer);
    });
    await expect(logits('nan.onnx', bytes)).rejects.toMatchObject({
      failure: { code: 'notFiniteWeights', parameters: { tensor: 'shift' } },
    });
  });

  test('may stand in front of what they read', () => {
    const graph = parseModel(withBranch(DataType.FLOAT), 'model.onnx');
    const reversed = writeModel({ ...graph, nodes: graph.nodes.toReversed() }, Infinity).bytes;
    const order = parseModel(reversed, 'model.onnx').nodes.map(({ op }) => op);
    expect(order.indexOf('If')).toBeGreaterThan(order.indexOf('Relu'));
  });
});
