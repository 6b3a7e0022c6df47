// ResNet-50's graph as development data has it, rewritten as other programs write it.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { ModelProtoSchema, StringStringEntryProtoSchema } from '../../../src/engine/onnx/gen/onnx_pb.js';
import { float, type Graph, type Node } from '../../../src/engine/onnx/graph.js';
import {
  DataType,
  elementCount,
  floatTensor,
  floatValues,
  int64Tensor,
  type Tensor,
} from '../../../src/engine/onnx/tensor.js';
import { producers } from '../../../src/engine/onnx/walk.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { node } from './graphs.js';

function values(graph: Graph, name: string): Float32Array {
  const tensor = graph.initializers.get(name);
  const found = tensor && floatValues(tensor);
  if (!found) throw new Error(`${name} is no float32 constant`);
  return found;
}

/** Every BatchNormalization folded into the convolution before it, in double precision. */
export function folded(graph: Graph): Graph {
  const byOutput = producers(graph);
  const initializers = new Map(graph.initializers);
  const replaced = new Map<Node, Node | null>();
  for (const normalization of graph.nodes.filter(({ op }) => op === 'BatchNormalization')) {
    const [source = '', ...parameters] = normalization.inputs;
    const conv = byOutput.get(source);
    if (conv?.op !== 'Conv' || conv.inputs.length !== 2)
      throw new Error(`${normalization.name} follows no convolution without bias`);
    const [x = '', w = ''] = conv.inputs;
    const [gamma, beta, mean, variance] = parameters.map((name) => values(graph, name));
    const dims = graph.initializers.get(w)?.dims ?? [];
    const perFilter = elementCount(dims.slice(1));
    const scale = Float64Array.from(
      gamma ?? [],
      (factor, k) => factor / Math.sqrt((variance?.[k] ?? NaN) + float(normalization, 'epsilon', 1e-5)),
    );
    const weights = values(graph, w).map(
      (value, index) => value * (scale[Math.floor(index / perFilter)] ?? NaN),
    );
    const bias = Float64Array.from(scale, (factor, k) => (beta?.[k] ?? NaN) - (mean?.[k] ?? NaN) * factor);
    for (const name of parameters) initializers.delete(name);
    initializers.set(w, floatTensor(weights, dims)).set(`${w}.bias`, floatTensor(bias, [bias.length]));
    replaced.set(conv, { ...conv, inputs: [x, w, `${w}.bias`], outputs: normalization.outputs });
    replaced.set(normalization, null);
  }
  const nodes = graph.nodes.flatMap((each) => replaced.get(each) ?? (replaced.has(each) ? [] : [each]));
  return { ...graph, nodes, initializers };
}

/** A weight as at most 256 pieces of this many values and the number of each; null where it has more. */
function codebook(
  weights: Float32Array,
  length: number,
): { readonly pieces: readonly number[]; readonly codes: Uint8Array } | null {
  const known = new Map<string, number>();
  const pieces: number[] = [];
  const codes = new Uint8Array(weights.length / length);
  for (const index of codes.keys()) {
    const piece = weights.subarray(index * length, (index + 1) * length);
    const key = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    const code = known.get(key) ?? known.size;
    if (code > 255) return null;
    if (!known.has(key)) pieces.push(...piece);
    known.set(key, code);
    codes[index] = code;
  }
  return { pieces, codes };
}

/**
 * Every weight that the checkpoint's product quantisation made, as one byte per piece of it: Cast, Gather, Reshape. Two
 * kernels of 3 × 3 were one piece, or eight input channels of a 1 × 1 convolution.
 */
export function fromCodebooks(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const decoding: Node[] = [];
  for (const { op, inputs } of graph.nodes) {
    const [, w = ''] = inputs;
    const dims = graph.initializers.get(w)?.dims ?? [];
    const found = op === 'Conv' ? codebook(values(graph, w), dims[2] === 3 ? 18 : 8) : null;
    if (found === null) continue;
    const { pieces, codes } = found;
    const bytes: Tensor = { dataType: DataType.UINT8, dims: [codes.length], bytes: codes };
    const length = elementCount(dims) / codes.length;
    initializers.delete(w);
    initializers
      .set(`${w}/pieces`, floatTensor(pieces, [pieces.length / length, length]))
      .set(`${w}/codes`, bytes)
      .set(`${w}/shape`, int64Tensor(dims));
    decoding.push(
      node('Cast', [`${w}/codes`], [`${w}/indices`], { to: { type: 'int', value: DataType.INT64 } }),
      node('Gather', [`${w}/pieces`, `${w}/indices`], [`${w}/gathered`]),
      node('Reshape', [`${w}/gathered`, `${w}/shape`], [w]),
    );
  }
  return { ...graph, nodes: [...decoding, ...graph.nodes], initializers };
}

/** What PyTorch calls the function behind an operator. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  Conv: 'conv2d',
  BatchNormalization: 'batch_norm',
  Relu: 'relu',
  MaxPool: 'max_pool2d',
  Add: 'add',
  GlobalAveragePool: 'mean',
  Flatten: 'view',
  Gemm: 'linear',
};

/** What PyTorch's present exporter writes of a graph. */
interface Exported {
  readonly graph: Graph;
  /** Each tensor's new name. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Module names by the new name of what a node puts out, as its metadata lists them. */
  readonly scopes: ReadonlyMap<string, string>;
}

/** Tensors and nodes named after functions and numbered (`conv2d_1`, `node_conv2d_1`), modules in metadata. */
function withFunctionNames(graph: Graph): Exported {
  const counts = new Map<string, number>();
  const renamed = new Map<string, string>();
  const scopes = new Map<string, string>();
  for (const { name, op, outputs } of graph.nodes) {
    const base = FUNCTIONS[op] ?? op;
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    const value = count === 0 ? base : `${base}_${count}`;
    const modules = name.split('/').slice(1, -1);
    const paths = modules.map((_, depth) => modules.slice(0, depth + 1).join('.'));
    renamed.set(outputs[0] ?? '', value);
    scopes.set(value, `[${['', ...paths, value].map((each) => `'${each}'`).join(', ')}]`);
  }
  const now = (name: string): string => renamed.get(name) ?? name;
  const nodes = graph.nodes.map((each): Node => {
    const outputs = each.outputs.map(now);
    return { ...each, name: `node_${outputs.join()}`, inputs: each.inputs.map(now), outputs };
  });
  const outputs = graph.outputs.map((output) => ({ ...output, name: now(output.name) }));
  return { graph: { ...graph, nodes, outputs }, renamed, scopes };
}

/**
 * Saves a graph as PyTorch's present exporter does, its weights one after the other in a second file.
 * @returns each tensor's new name
 */
export function saveAsNewExporter(given: Graph, file: string): ReadonlyMap<string, string> {
  const { graph, renamed, scopes } = withFunctionNames(given);
  const { bytes, externalData } = writeModel(graph);
  const data = Buffer.concat(externalData.map((each) => each.data));
  const starts = new Map<string, number>();
  externalData.reduce((end, each) => {
    starts.set(each.path, end);
    return end + each.data.length;
  }, 0);

  const model = fromBinary(ModelProtoSchema, bytes);
  const entry = (key: string, value: string) => create(StringStringEntryProtoSchema, { key, value });
  for (const { output, metadataProps } of model.graph?.node ?? [])
    metadataProps.push(entry('pkg.torch.onnx.name_scopes', scopes.get(output.join()) ?? ''));
  for (const { externalData: entries } of model.graph?.initializer ?? []) {
    const [location, offset] = entries;
    if (location === undefined || offset === undefined) continue;
    offset.value = String(starts.get(location.value));
    location.value = `${path.basename(file)}.data`;
  }
  writeFileSync(file, toBinary(ModelProtoSchema, model));
  writeFileSync(`${file}.data`, data);
  return renamed;
}
