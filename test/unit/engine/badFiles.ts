import { create, fromBinary, toBinary } from '@bufbuild/protobuf';

import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from '../../../src/engine/onnx/gen/onnx_pb.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { constant, graphOf, node, numbers } from './graphs.js';

/** A classifier of four classes: Conv, Relu, mean, Gemm. */
export function classifier(change: Partial<Graph> = {}): Graph {
  const nodes = [
    node('Conv', ['x', 'w'], ['y']),
    node('Relu', ['y'], ['a']),
    node('GlobalAveragePool', ['a'], ['p']),
    node('Flatten', ['p'], ['f']),
    node('Gemm', ['f', 'fc'], ['logits']),
  ];
  const constants = { w: constant(numbers([5, 3, 3, 3], 1)), fc: constant(numbers([5, 4], 2)) };
  return { ...graphOf([1, 3, 8, 8], nodes, constants), ...change };
}

export function bytesOf(graph: Graph): Uint8Array {
  return writeModel(graph, Infinity).bytes;
}

/** The classifier's file after a change of its messages. */
export function changed(
  change: (graph: GraphProto, model: ModelProto) => void,
  from = classifier(),
): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytesOf(from));
  if (model.graph === undefined) throw new Error('no graph');
  change(model.graph, model);
  return toBinary(ModelProtoSchema, model);
}

/** The node that makes a tensor. */
function maker({ node: nodes }: GraphProto, tensor: string): NodeProto {
  const found = nodes.find(({ output }) => output.includes(tensor));
  if (found === undefined) throw new Error(`nothing makes ${tensor}`);
  return found;
}

function initializer({ initializer: all }: GraphProto, name: string): TensorProto {
  const found = all.find((tensor) => tensor.name === name);
  if (found === undefined) throw new Error(`no constant ${name}`);
  return found;
}

/** A change after which the weights `w` are said to be in another file. */
export function weightsIn(data: string, offset = '0', length: string | null = null): Uint8Array {
  return changed((graph) => {
    const weights = initializer(graph, 'w');
    const entries = { location: data, offset, length: length ?? String(weights.rawData.length) };
    weights.rawData = new Uint8Array();
    weights.dataLocation = TensorProto_DataLocation.EXTERNAL;
    weights.externalData = Object.entries(entries).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    );
  });
}

function withWeight(value: number, name = 'w'): Uint8Array {
  const graph = classifier();
  const { dims = [], bytes = new Uint8Array() } = graph.initializers.get(name) ?? {};
  const values = new Float32Array(Uint8Array.from(bytes).buffer);
  values[7] = value;
  return bytesOf({
    ...graph,
    initializers: new Map([...graph.initializers, [name, floatTensor(values, dims)]]),
  });
}

function withShape(name: string, dims: readonly bigint[]): Uint8Array {
  return changed((graph) => {
    initializer(graph, name).dims = [...dims];
  });
}

function takes(name: string, dataType: DataType, shape: readonly (number | string | null)[]): Uint8Array {
  return bytesOf(classifier({ inputs: [{ name, dataType, shape }] }));
}

function nested(depth: number): GraphProto {
  let graph = create(GraphProtoSchema, { name: 'innermost' });
  for (let level = 0; level < depth; level++) {
    const branch = create(AttributeProtoSchema, { name: 'then_branch', type: AttributeType.GRAPH, g: graph });
    const conditional = create(NodeProtoSchema, { opType: 'If', input: ['x'], attribute: [branch] });
    graph = create(GraphProtoSchema, { name: 'branch', node: [conditional] });
  }
  return graph;
}

const FREE = { name: 'x', dataType: DataType.FLOAT, shape: ['N', 3, 'H', 'W'] };
const ALL_WEIGHTS = { w: constant(numbers([5, 3, 3, 3], 1)), fc: constant(numbers([5, 4], 2)) };

/** How many positive pixels there are depends on the picture. */
const DATA_DEPENDENT = graphOf(
  [1, 3, 8, 8],
  [
    node('Conv', ['x', 'w'], ['y']),
    node('Relu', ['y'], ['a']),
    node('NonZero', ['a'], ['where']),
    node('Cast', ['where'], ['found'], { to: { type: 'int', value: DataType.FLOAT } }),
    node('ReduceMean', ['found', 'axes'], ['logits']),
  ],
  { w: ALL_WEIGHTS.w, axes: int64Tensor([1]) },
);

/** Flattened to 5 · 36 values, for which the picture has to be of 8 × 8. */
const ONE_SIZE = {
  ...graphOf(
    [1, 3, 8, 8],
    [
      node('Conv', ['x', 'w'], ['y']),
      node('Relu', ['y'], ['a']),
      node('Flatten', ['a'], ['f']),
      node('Gemm', ['f', 'fc'], ['logits']),
    ],
    { w: ALL_WEIGHTS.w, fc: constant(numbers([180, 4], 2)) },
  ),
  inputs: [FREE],
};

/** The classifier with a constant added to its feature map that these nodes compute as `large`. */
function withComputed(nodes: readonly Node[], constants: Readonly<Record<string, Tensor>>): Uint8Array {
  const graph = classifier();
  const added = [
    ...nodes,
    node('ReduceMax', ['large'], ['highest'], { keepdims: { type: 'int', value: 0 } }),
    node('Add', ['y', 'highest'], ['sum']),
    node('Relu', ['sum'], ['a']),
  ];
  return bytesOf({
    ...graph,
    nodes: graph.nodes.flatMap((each) => (each.op === 'Relu' ? added : [each])),
    initializers: new Map([...graph.initializers, ...Object.entries(constants)]),
  });
}

/** Ten times as long, nine times over. */
const TILED = Array.from({ length: 9 }, (_, step) =>
  node('Tile', [`tiled${step}`, 'ten'], [step === 8 ? 'large' : `tiled${step + 1}`]),
);
/** Each within what ONNX Runtime would fold. */
const THIRTY = Array.from({ length: 30 }, (_, index) => `part${index}`);

const PICTURES =
  'Relevance-CAM explains models that take one picture: N × C × H × W or N × H × W × C, with 1 or 3 channels.';
const AGAIN = 'Export the model again.';

/** A file that is no model, or not one that can be explained, and what a person is told. */
export interface BadFile {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** @param file the model's path */
  readonly text: (file: string) => string;
}

const whole = bytesOf(classifier());

export const BAD_FILES: readonly BadFile[] = [
  {
    what: 'an empty file',
    bytes: new Uint8Array(),
    text: (file) =>
      `${file} is not an ONNX model. Choose a file exported with torch.onnx.export, tf2onnx or another ONNX exporter.`,
  },
  {
    what: 'a file of another kind',
    bytes: Buffer.from('%PDF-1.7 This is a shopping list: bread, butter, cheese.'),
    text: (file) =>
      `${file} is not an ONNX model. Choose a file exported with torch.onnx.export, tf2onnx or another ONNX exporter.`,
  },
  {
    what: 'a model whose first byte is wrong',
    bytes: Uint8Array.of(0x0f, ...whole.subarray(1)),
    text: (file) =>
      `${file} is not an ONNX model. Choose a file exported with torch.onnx.export, tf2onnx or another ONNX exporter.`,
  },
  {
    what: 'half a model',
    bytes: whole.slice(0, whole.length / 2),
    text: (file) => `${file} is incomplete: it ends in the middle of the model. Export or copy it again.`,
  },
  {
    what: 'a model with foreign bytes inside',
    bytes: Uint8Array.of(...whole.subarray(0, 2), 0x0f, 0x0f, ...whole.subarray(2)),
    text: (file) =>
      `${file} is damaged: from some place on its content is no ONNX model. Export or copy it again.`,
  },
  {
    what: 'branches nested without end',
    bytes: changed((graph) => {
      graph.node.push(...nested(200).node);
    }),
    text: (file) =>
      `${file} is damaged: from some place on its content is no ONNX model. Export or copy it again.`,
  },
  {
    what: 'a cycle',
    bytes: changed((graph) => {
      maker(graph, 'y').input[0] = 'a';
    }),
    text: (file) =>
      `The nodes of ${file} form a cycle: the tensor y of node node of y depends on itself. ${AGAIN}`,
  },
  {
    what: 'a node that reads what it makes itself',
    bytes: changed((graph) => {
      maker(graph, 'logits').input[1] = 'logits';
    }),
    text: (file) =>
      `The nodes of ${file} form a cycle: the tensor logits of node node of logits depends on itself. ${AGAIN}`,
  },
  {
    what: 'a tensor that two nodes make',
    bytes: changed((graph) => {
      maker(graph, 'a').output = ['y'];
    }),
    text: (file) =>
      `${file} defines the tensor y more than once. Give every tensor a name of its own and export the model again.`,
  },
  {
    what: 'two constants of one name',
    bytes: changed((graph) => {
      graph.initializer.push(initializer(graph, 'w'));
    }),
    text: (file) =>
      `${file} defines the tensor w more than once. Give every tensor a name of its own and export the model again.`,
  },
  {
    what: 'a constant and a node’s output of one name',
    bytes: changed((graph) => {
      initializer(graph, 'fc').name = 'f';
    }),
    text: (file) =>
      `${file} defines the tensor f more than once. Give every tensor a name of its own and export the model again.`,
  },
  {
    what: 'two nodes of one name',
    bytes: changed((graph) => {
      maker(graph, 'a').name = 'node of y';
    }),
    text: (file) =>
      `${file} has more than one node named node of y. Give every node a name of its own and export the model again.`,
  },
  {
    what: 'a missing constant',
    bytes: changed((graph) => {
      graph.initializer = graph.initializer.filter(({ name }) => name !== 'w');
    }),
    text: (file) => `Node node of y (Conv) of ${file} reads the tensor w, which nothing defines. ${AGAIN}`,
  },
  {
    what: 'an output that nothing computes',
    bytes: changed((graph) => {
      for (const output of graph.output) output.name = 'probabilities';
    }),
    text: (file) => `The output probabilities of ${file} is computed by no node. ${AGAIN}`,
  },
  {
    what: 'no outputs',
    bytes: changed((graph) => {
      graph.output = [];
    }),
    text: (file) => `${file} has no outputs. ${AGAIN}`,
  },
  {
    what: 'a constant of the wrong length',
    bytes: changed((graph) => {
      initializer(graph, 'fc').rawData = new Uint8Array(8);
    }),
    text: (file) =>
      `The constant fc of ${file} has 8 bytes where its shape [5, 4] asks for 80. Export or copy the model again.`,
  },
  {
    what: 'a constant with a dimension of 2⁶⁰',
    bytes: withShape('fc', [2n ** 60n, 4n]),
    text: (file) => `The tensor fc of ${file} cannot have the shape [1152921504606847000, 4]. ${AGAIN}`,
  },
  {
    what: 'dimensions whose product overflows 64 bits to the right length',
    bytes: withShape('fc', [2n ** 32n, 2n ** 32n]),
    text: (file) => `The tensor fc of ${file} cannot have the shape [4294967296, 4294967296]. ${AGAIN}`,
  },
  {
    what: 'negative dimensions of a positive product',
    bytes: withShape('fc', [-5n, -4n]),
    text: (file) => `The tensor fc of ${file} cannot have the shape [-5, -4]. ${AGAIN}`,
  },
  {
    what: 'weights without elements',
    bytes: changed((graph) => {
      Object.assign(initializer(graph, 'w'), { dims: [0n, 3n, 3n, 3n], rawData: new Uint8Array() });
      Object.assign(initializer(graph, 'fc'), { dims: [0n, 4n], rawData: new Uint8Array() });
    }),
    text: (file) => `The tensor y of ${file} cannot have the shape 1 × 0 × 6 × 6. ${AGAIN}`,
  },
  {
    what: 'an input of more pixels than anybody has',
    bytes: takes('x', DataType.FLOAT, [1, 3, 2 ** 31, 2 ** 31]),
    text: (file) => `The tensor x of ${file} cannot have the shape 1 × 3 × 2147483648 × 2147483648. ${AGAIN}`,
  },
  {
    what: 'NaN in the weights',
    bytes: withWeight(NaN),
    text: (file) =>
      `The weights w of ${file} hold NaN, so nothing computed from them means anything. Choose a checkpoint whose training did not diverge.`,
  },
  {
    what: 'infinite weights',
    bytes: withWeight(-Infinity, 'fc'),
    text: (file) =>
      `The weights fc of ${file} hold infinity, so nothing computed from them means anything. Choose a checkpoint whose training did not diverge.`,
  },
  {
    what: 'a constant of strings',
    bytes: changed((graph) => {
      initializer(graph, 'fc').dataType = DataType.STRING;
    }),
    text: (file) =>
      `The constant fc of ${file} is of the type string, which cannot be read. Export the model with float32 weights.`,
  },
  {
    what: 'an attribute of an unknown type',
    bytes: changed((graph) => {
      const attribute = create(AttributeProtoSchema, { name: 'alpha', type: AttributeType.SPARSE_TENSOR });
      maker(graph, 'logits').attribute.push(attribute);
    }),
    text: (file) =>
      `The attribute alpha of node node of logits of ${file} is of a type that cannot be read. ${AGAIN}`,
  },
  {
    what: 'external data that is not there',
    bytes: weightsIn('weights.data'),
    text: (file) =>
      `${file} keeps its weights in weights.data, which is not beside it. Put that file into the same folder.`,
  },
  ...[
    '/etc/hostname',
    '../weights.bin',
    'a/../../weights.bin',
    'C:\\weights.bin',
    'link.bin',
    'linked/hostname',
  ].map((data) => ({
    what: `external data in ${data}`,
    bytes: weightsIn(data),
    text: (file: string) =>
      `${file} refers to weights outside its own folder (${data}). Put them beside the model and export it again.`,
  })),
  {
    what: 'external data in a folder instead of a file',
    bytes: weightsIn('folder'),
    text: (file) =>
      `${file} keeps its weights in folder, which is not beside it. Put that file into the same folder.`,
  },
  {
    what: 'external data that is too short',
    bytes: weightsIn('short.bin'),
    text: (file) => `short.bin is too short for the weights that ${file} keeps in it. Copy it again.`,
  },
  {
    what: 'external data from beyond the end of its file',
    bytes: weightsIn('short.bin', String(2 ** 50)),
    text: (file) => `short.bin is too short for the weights that ${file} keeps in it. Copy it again.`,
  },
  {
    what: 'external data of a length that does not fit',
    bytes: weightsIn('short.bin', '0', '10'),
    text: (file) => `The constant w of ${file} has a wrong offset or length in short.bin. ${AGAIN}`,
  },
  {
    what: 'a domain that is not imported',
    bytes: changed((graph) => {
      maker(graph, 'a').domain = 'org.example';
    }),
    text: (file) =>
      `${file} does not say which version of the operators of org.example its node node of a (Relu) needs. ${AGAIN}`,
  },
  {
    what: 'a domain that nobody knows',
    bytes: changed((graph, model) => {
      maker(graph, 'a').domain = 'org.example';
      model.opsetImport.push({ $typeName: 'onnx.OperatorSetIdProto', domain: 'org.example', version: 1n });
    }),
    text: (file) =>
      `Node node of a of ${file} is the operator Relu of org.example, which ONNX Runtime does not know. Export the model with standard ONNX operators.`,
  },
  {
    what: 'an operator that nobody knows',
    bytes: changed((graph) => {
      maker(graph, 'a').opType = 'Rectify';
    }),
    text: (file) =>
      `Node node of a of ${file} is the operator Rectify of ai.onnx, which ONNX Runtime does not know. Export the model with standard ONNX operators.`,
  },
  {
    what: 'an operator that is computed elsewhere alone',
    bytes: bytesOf(
      classifier({
        opsets: new Map([
          ['', 18],
          ['com.microsoft', 1],
        ]),
        nodes: classifier().nodes.map((each) =>
          each.op === 'Relu' ? { ...each, op: 'BitmaskDropout', domain: 'com.microsoft' } : each,
        ),
      }),
    ),
    text: (file) =>
      `ONNX Runtime cannot compute node node of a (BitmaskDropout) of ${file} on a CPU. Export the model for inference on a CPU, without optimising it for training or for another device.`,
  },
  {
    what: 'an opset from before broadcasting',
    bytes: bytesOf(classifier({ opsets: new Map([['', 6]]) })),
    text: (file) =>
      `${file} is written for opset 6, which is older than 7. Export it again with opset 17 or later.`,
  },
  {
    what: 'an opset of the future',
    bytes: bytesOf(classifier({ opsets: new Map([['', 99]]) })),
    text: (file) =>
      `${file} needs version 99 of ai.onnx, but this ONNX Runtime knows it up to 26. Export the model for an older opset.`,
  },
  {
    what: 'a file format of the future',
    bytes: bytesOf(classifier({ irVersion: 99 })),
    text: (file) =>
      `${file} needs version 99 of IR, but this ONNX Runtime knows it up to 13. Export the model for an older opset.`,
  },
  {
    what: 'a node without what its operator needs',
    bytes: changed((graph) => {
      maker(graph, 'p').opType = 'Concat';
    }),
    text: (file) =>
      `ONNX Runtime cannot run node node of p (Concat) of ${file}: Required attribute 'axis' is missing. ${AGAIN}`,
  },
  {
    what: 'shapes that do not go together',
    bytes: bytesOf(
      classifier({
        initializers: new Map([...classifier().initializers, ['fc', constant(numbers([6, 4], 2))]]),
      }),
    ),
    text: (file) =>
      `ONNX Runtime cannot run node node of logits (Gemm) of ${file}: Dimension mismatch in unification between 6 and 5. ${AGAIN}`,
  },
  {
    what: 'weights of the wrong rank',
    bytes: changed((graph) => {
      initializer(graph, 'w').dims = [5n, 27n];
      const attribute = { name: 'kernel_shape', type: AttributeType.INTS, ints: [3n, 3n] };
      maker(graph, 'y').attribute.push(create(AttributeProtoSchema, attribute));
    }),
    text: (file) =>
      `The weights w (5 × 27) of ${file} do not fit the input (1 × 3 × 8 × 8) of node node of y (Conv). ${AGAIN}`,
  },
  {
    what: 'more groups than channels',
    bytes: changed((graph) => {
      const attribute = { name: 'group', type: AttributeType.INT, i: 255n };
      maker(graph, 'y').attribute.push(create(AttributeProtoSchema, attribute));
    }),
    text: (file) =>
      `The weights w (5 × 3 × 3 × 3) of ${file} do not fit the input (1 × 3 × 8 × 8) of node node of y (Conv). ${AGAIN}`,
  },
  {
    what: 'a window that is larger than what it moves over',
    bytes: changed((graph) => {
      const pool = maker(graph, 'p');
      const attribute = { name: 'kernel_shape', type: AttributeType.INTS, ints: [8n, 8n] };
      pool.opType = 'MaxPool';
      pool.attribute.push(create(AttributeProtoSchema, attribute));
    }),
    text: (file) => `The tensor p of ${file} cannot have the shape 1 × 5 × -1 × -1. ${AGAIN}`,
  },
  {
    what: 'sizes that depend on the picture',
    bytes: bytesOf(DATA_DEPENDENT),
    text: (file) =>
      `The tensor where of ${file} changes its size from picture to picture, so no layer can be explained. Export the model without data-dependent sizes.`,
  },
  {
    what: 'a free size that the model does not take',
    bytes: bytesOf(ONE_SIZE),
    text: (file) =>
      `${file} does not take pictures of 224 × 224, at node node of logits (Gemm): Dimension mismatch in unification between 180 and 246420. Set inputWidth and inputHeight for it in relevanceCam.models.`,
  },
  {
    what: 'four channels',
    bytes: takes('x', DataType.FLOAT, ['N', 4, 'H', 'W']),
    text: (file) => `${file} has no image input: it takes x (float N × 4 × H × W). ${PICTURES}`,
  },
  {
    what: 'a text model',
    bytes: changed(
      (graph) => {
        maker(graph, 'y').input[0] = 'input_ids';
      },
      classifier({ inputs: [{ name: 'input_ids', dataType: DataType.INT64, shape: ['batch', 128] }] }),
    ),
    text: (file) => `${file} has no image input: it takes input_ids (int64 batch × 128). ${PICTURES}`,
  },
  {
    what: 'an audio model that takes a waveform',
    bytes: takes('x', DataType.FLOAT, [1, 16000]),
    text: (file) => `${file} has no image input: it takes x (float 1 × 16000). ${PICTURES}`,
  },
  {
    what: 'an audio model that takes a spectrogram',
    bytes: takes('x', DataType.FLOAT, [1, 1024, 128]),
    text: (file) => `${file} has no image input: it takes x (float 1 × 1024 × 128). ${PICTURES}`,
  },
  {
    what: 'a constant of terabytes',
    bytes: withComputed([node('ConstantOfShape', ['size'], ['large'])], { size: int64Tensor([1e6, 1e6]) }),
    text: (file) =>
      `The constants that ${file} computes would take 4000 GB, most of all that of node node of large (ConstantOfShape), which has the shape 1000000 × 1000000. ${AGAIN}`,
  },
  {
    what: 'a constant that grows to terabytes',
    bytes: withComputed([node('ConstantOfShape', ['thousand'], ['tiled0']), ...TILED], {
      thousand: int64Tensor([1000]),
      ten: int64Tensor([10]),
    }),
    text: (file) =>
      `The constants that ${file} computes would take 4444 GB, most of all that of node node of large (Tile), which has the shape 1000000000000. ${AGAIN}`,
  },
  {
    what: 'a constant whose size is itself computed',
    bytes: withComputed(
      [node('ReduceProd', ['sizes'], ['size']), node('ConstantOfShape', ['size'], ['large'])],
      { sizes: int64Tensor([1e5, 1e5, 1e2]) },
    ),
    text: (file) =>
      `The constants that ${file} computes would take 4000 GB, most of all that of node node of large (ConstantOfShape), which has the shape 1000000000000. ${AGAIN}`,
  },
  {
    what: 'many constants that are too large together',
    bytes: withComputed(
      [...THIRTY.map((part) => node('ConstantOfShape', ['size'], [part])), node('Max', THIRTY, ['large'])],
      { size: int64Tensor([20_000, 10_000]) },
    ),
    text: (file) =>
      `The constants that ${file} computes would take 25 GB, most of all that of node node of part0 (ConstantOfShape), which has the shape 20000 × 10000. ${AGAIN}`,
  },
  {
    what: 'an input of unknown rank',
    bytes: changed((graph) => {
      for (const { type } of graph.input)
        if (type?.value.case === 'tensorType') delete type.value.value.shape;
    }),
    text: (file) => `${file} has no image input: it takes x (float of unknown rank). ${PICTURES}`,
  },
  {
    what: 'no inputs',
    bytes: changed((graph) => {
      graph.input = [];
      maker(graph, 'y').input[0] = 'w';
    }),
    text: (file) => `${file} has no inputs. Relevance-CAM explains models that take one picture.`,
  },
  {
    what: 'no logits, as in segmentation',
    bytes: bytesOf(graphOf([1, 3, 8, 8], [node('Conv', ['x', 'w'], ['y'])], { w: ALL_WEIGHTS.w })),
    text: (file) => `${file} has no output of one value per class: it puts out y (1 × 5 × 6 × 6).`,
  },
];
