import { create } from '@bufbuild/protobuf';

import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TypeProtoSchema,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from '../../../../src/engine/onnx/gen/onnx_pb.js';
import type { Random } from './random.js';

/** A change of a decoded model, in place. */
type ModelMutation = (model: ModelProto, graph: GraphProto, random: Random) => void;

const OPERATORS = [
  ...['Add', 'Mul', 'Div', 'Relu', 'Sigmoid', 'Softmax', 'Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'Einsum'],
  ...[
    'BatchNormalization',
    'LayerNormalization',
    'MaxPool',
    'AveragePool',
    'GlobalAveragePool',
    'ReduceMean',
  ],
  ...['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Concat', 'Split', 'Slice', 'Gather', 'Pad'],
  ...['Expand', 'Tile', 'Resize', 'Upsample', 'DepthToSpace', 'Shape', 'Range', 'ConstantOfShape', 'Cast'],
  ...['TopK', 'NonZero', 'Loop', 'If', 'Scan', 'LSTM', 'Dropout', 'Constant', 'QuantizeLinear', 'Nonsense'],
];
const INTEGERS = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  255n,
  -128n,
  65536n,
  2n ** 31n,
  2n ** 32n + 1n,
  2n ** 62n,
  -(2n ** 63n),
];
const ATTRIBUTE_TYPES = [
  ...[AttributeType.UNDEFINED, AttributeType.FLOAT, AttributeType.INT, AttributeType.STRING],
  ...[AttributeType.TENSOR, AttributeType.GRAPH, AttributeType.FLOATS, AttributeType.INTS],
  ...[AttributeType.STRINGS, AttributeType.SPARSE_TENSOR, AttributeType.TYPE_PROTO],
];
const FLOATS = [0, -1, NaN, Infinity, -Infinity, 1e38, 1e-45];
const NAMES = ['', 'nowhere', 'x', '/', 'é\u0000', '../a', 'relevance-cam/target', 'upgrade/constant-0'];

/** Mistakes that exporters and hand-edited files make. */
export const MODEL_MUTATIONS: Readonly<Record<string, ModelMutation>> = {
  'rename an input of a node': (_, graph, random) => {
    const { input } = random.of(graph.node.filter((node) => node.input.length > 0));
    input[random.below(input.length)] = random.of([...NAMES, ...tensorNames(graph)]);
  },
  'rename an output of a node': (_, graph, random) => {
    const { output } = random.of(graph.node.filter((node) => node.output.length > 0));
    output[random.below(output.length)] = random.of([...NAMES, ...tensorNames(graph)]);
  },
  'drop a node': (_, graph, random) => {
    graph.node.splice(random.below(graph.node.length), 1);
  },
  'repeat a node': (_, graph, random) => {
    graph.node.splice(random.below(graph.node.length), 0, random.of(graph.node));
  },
  'swap two nodes': (_, graph, random) => {
    const [a, b] = [random.below(graph.node.length), random.below(graph.node.length)];
    const [first, second] = [graph.node[a], graph.node[b]];
    if (first && second) [graph.node[a], graph.node[b]] = [second, first];
  },
  'drop an input of a node': (_, graph, random) => {
    const { input } = random.of(graph.node);
    input.splice(random.below(input.length), 1);
  },
  'add an input to a node': (_, graph, random) => {
    random.of(graph.node).input.push(random.of([...NAMES, ...tensorNames(graph)]));
  },
  'add an output to a node': (_, graph, random) => {
    random.of(graph.node).output.push(random.of([...NAMES, 'another']));
  },
  'change an operator': (_, graph, random) => {
    random.of(graph.node).opType = random.of([...OPERATORS, ...graph.node.map(({ opType }) => opType)]);
  },
  'change a domain': (_, graph, random) => {
    random.of(graph.node).domain = random.of(['com.microsoft', 'ai.onnx.ml', 'org.nowhere', 'ai.onnx']);
  },
  'drop an attribute': (_, graph, random) => {
    const { attribute } = random.of(graph.node.filter((node) => node.attribute.length > 0));
    attribute.splice(random.below(attribute.length), 1);
  },
  'change an attribute': (_, graph, random) => {
    const { attribute } = random.of(graph.node.filter((node) => node.attribute.length > 0));
    changeAttribute(random.of(attribute), random);
  },
  'add a list': (_, graph, random) => {
    const name = random.of(['axes', 'axis', 'pads', 'strides', 'kernel_shape', 'perm', 'split', 'dilations']);
    const ints = Array.from({ length: random.below(5) }, () => random.of(INTEGERS));
    const type = random.of([
      AttributeType.INTS,
      AttributeType.INT,
      AttributeType.FLOATS,
      AttributeType.TENSOR,
    ]);
    random.of(graph.node).attribute.push(create(AttributeProtoSchema, { name, ints, type }));
  },
  'drop a constant': (_, graph, random) => {
    graph.initializer.splice(random.below(graph.initializer.length), 1);
  },
  'repeat a constant': (_, graph, random) => {
    graph.initializer.push(random.of(graph.initializer));
  },
  'rename a constant': (_, graph, random) => {
    random.of(graph.initializer).name = random.of([...NAMES, ...tensorNames(graph)]);
  },
  'change the dimensions of a constant': (_, graph, random) => {
    const { dims } = random.of(graph.initializer);
    const place = random.below(dims.length + 1);
    dims.splice(place, random.below(2), ...(random.below(3) === 0 ? [] : [random.of(INTEGERS)]));
  },
  'turn the dimensions of a constant': (_, graph, random) => {
    random.of(graph.initializer).dims.reverse();
  },
  'change the type of a constant': (_, graph, random) => {
    random.of(graph.initializer).dataType = random.below(24) - 1;
  },
  'change the length of a constant': (_, graph, random) => {
    const tensor = random.of(graph.initializer);
    tensor.rawData = tensor.rawData.slice(0, random.below(tensor.rawData.length + 1));
  },
  'change a value of a constant': (_, graph, random) => {
    changeValue(random.of(graph.initializer), random);
  },
  'change a small constant': (_, graph, random) => {
    const small = graph.initializer.filter(({ rawData }) => rawData.length <= 64);
    changeValue(random.of(small.length === 0 ? graph.initializer : small), random);
  },
  'keep a constant elsewhere': (_, graph, random) => {
    const tensor = random.of(graph.initializer);
    const { length } = tensor.rawData;
    const entry = (key: string, value: string) => create(StringStringEntryProtoSchema, { key, value });
    tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
    tensor.rawData = new Uint8Array();
    tensor.externalData = [
      entry('location', random.of(['', '.', 'nowhere.data', '../x', 'fuzz.onnx', 'a\u0000b', '/'])),
      entry('offset', random.of(['0', '-1', '1e3', 'x', '18446744073709551615', '4'])),
      entry('length', random.of([String(length), '0', '-4', 'NaN', String(2 ** 53)])),
    ];
  },
  'change the shape of an input': (_, graph, random) => {
    const type = random.of(graph.input).type?.value;
    if (type?.case !== 'tensorType' || type.value.shape === undefined) return;
    const { dim } = type.value.shape;
    const size = random.of([...INTEGERS, 3n, 1n, 32n, 96n]);
    const place = random.below(dim.length);
    const [one] = dim.slice(place);
    if (one === undefined || random.below(5) === 0) dim.splice(place, 1);
    else one.value = random.below(4) === 0 ? { case: undefined } : { case: 'dimValue', value: size };
  },
  'change the type of an input': (_, graph, random) => {
    const info = random.of(graph.input);
    if (random.below(4) === 0) info.type = create(TypeProtoSchema, {});
    else if (info.type?.value.case === 'tensorType') info.type.value.value.elemType = random.below(24);
  },
  'repeat an input': (_, graph, random) => {
    graph.input.push(random.of(graph.input));
  },
  'rename an output': (_, graph, random) => {
    random.of(graph.output).name = random.of([...NAMES, ...tensorNames(graph)]);
  },
  'add an output': (_, graph, random) => {
    graph.output.unshift({ ...random.of(graph.output), name: random.of(tensorNames(graph)) });
  },
  'drop the outputs': (_, graph) => {
    graph.output = [];
  },
  'change the version of the operators': (model, _, random) => {
    random.of(model.opsetImport).version = random.of([
      ...INTEGERS,
      ...Array.from({ length: 30 }, (__, v) => BigInt(v)),
    ]);
  },
  'change the domain of the operators': (model, _, random) => {
    random.of(model.opsetImport).domain = random.of(['ai.onnx', 'org.nowhere', 'com.microsoft']);
  },
  'change the version of the file': (model, _, random) => {
    model.irVersion = random.of(INTEGERS);
  },
  'add a branch': (_, graph, random) => {
    let branch = create(GraphProtoSchema, {
      name: 'branch',
      node: [random.of(graph.node)],
      output: graph.output,
    });
    for (let depth = random.of([1, 2, 30, 300]); depth > 0; depth--)
      branch = create(GraphProtoSchema, { name: 'branch', node: [conditional(branch, random, graph)] });
    graph.node.splice(random.below(graph.node.length), 0, ...branch.node);
  },
};

function tensorNames(graph: GraphProto): string[] {
  return [...graph.node.flatMap(({ output }) => output), ...graph.initializer.map(({ name }) => name)];
}

function conditional(branch: GraphProto, random: Random, graph: GraphProto): NodeProto {
  const side = (name: string) => create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: branch });
  return create(NodeProtoSchema, {
    opType: random.of(['If', 'Loop']),
    input: [random.of(tensorNames(graph))],
    output: ['branched'],
    attribute: [side(random.of(['then_branch', 'body']))],
  });
}

function changeAttribute(attribute: AttributeProto, random: Random): void {
  if (random.below(8) === 0) attribute.type = random.of(ATTRIBUTE_TYPES);
  attribute.i = random.of(INTEGERS);
  attribute.f = random.of(FLOATS);
  if (attribute.ints.length > 0 && random.below(4) > 0)
    attribute.ints[random.below(attribute.ints.length)] = random.of(INTEGERS);
  else attribute.ints = Array.from({ length: random.below(6) }, () => random.of(INTEGERS));
  attribute.s = Buffer.from(
    random.of(['', 'nonsense', 'bilinear', 'SAME_UPPER', 'reflect', 'ij,jk->ik', 'b...c->']),
  );
  if (attribute.t) changeValue(attribute.t, random);
}

function changeValue(tensor: TensorProto, random: Random): void {
  if (tensor.int64Data.length > 0)
    tensor.int64Data[random.below(tensor.int64Data.length)] = random.of(INTEGERS);
  if (tensor.floatData.length > 0)
    tensor.floatData[random.below(tensor.floatData.length)] = random.of(FLOATS);
  if (tensor.rawData.length === 0) return;
  const bytes = Uint8Array.from(tensor.rawData);
  const view = new DataView(bytes.buffer);
  const size = tensor.dataType === 7 ? 8 : 4;
  const place = random.below(Math.floor(bytes.length / size)) * size;
  if (place + size > bytes.length) bytes.fill(random.below(256));
  else if (size === 8) view.setBigInt64(place, random.of(INTEGERS), true);
  else view.setFloat32(place, random.of(FLOATS), true);
  tensor.rawData = bytes;
}
