import { fail } from '../failure.js';
import {
  type Attribute,
  float,
  type Graph,
  input,
  int,
  ints,
  type Node,
  opset,
  text,
} from '../onnx/graph.js';
import { withBodies, withNodes } from '../onnx/bodies.js';
import { floatTensor, int64Tensor, type Tensor } from '../onnx/tensor.js';
import { RUNTIME_DOMAIN } from '../runtime/younger.js';
import { CLASSICAL_HEADS } from './classicalHeads.js';
import { FUSED } from './fused.js';
import { Replacement } from './replacement.js';
import type { Rewrite } from './rewrite.js';
import { withoutSequences } from './sequences.js';
import { lpNormalization, olderMeanVariance, WITHDRAWN } from './withdrawn.js';

/** The oldest opset that rules and compiled graphs are written for. */
export const OPSET = 18;
/** The domain of scikit-learn's operators. */
const CLASSICAL = 'ai.onnx.ml';
/** Broadcasting as ONNX knows it today begins here. */
const OLDEST_OPSET = 7;

/** Per operator: the opset before which it is rewritten, and how. Taken from the operators' change log. */
const REWRITES: readonly {
  readonly ops: readonly string[];
  readonly before: number;
  readonly rewrite: Rewrite;
}[] = [
  {
    ops: [
      ...['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2'],
      ...['ReduceSumSquare', 'ReduceLogSum', 'ReduceLogSumExp'],
    ],
    before: 18,
    rewrite: listToInput('axes', 1),
  },
  { ops: ['ReduceSum', 'Squeeze', 'Unsqueeze'], before: 13, rewrite: listToInput('axes', 1) },
  { ops: ['Split'], before: 13, rewrite: listToInput('split', 1) },
  { ops: ['Split'], before: 18, rewrite: equalSplit },
  { ops: ['Softmax', 'LogSoftmax'], before: 13, rewrite: flatSoftmax },
  { ops: ['Dropout'], before: 12, rewrite: (node) => [without(node, 'ratio', 'is_test')] },
  { ops: ['Clip'], before: 11, rewrite: clipLimits },
  { ops: ['Pad'], before: 11, rewrite: padAmounts },
  { ops: ['Resize'], before: 11, rewrite: (node) => [resize(node, node.inputs[1] ?? '')] },
  { ops: ['Slice'], before: 10, rewrite: sliceBounds },
  ...WITHDRAWN.map((row) => ({ ...row, before: 10 })),
  { ops: ['TopK'], before: 10, rewrite: topK },
  { ops: ['Upsample'], before: 10, rewrite: upsample },
  { ops: ['BatchNormalization'], before: 14, rewrite: inferenceOnly },
  { ops: ['MeanVarianceNormalization'], before: 9, rewrite: olderMeanVariance },
  { ops: ['LpNormalization'], before: Infinity, rewrite: lpNormalization },
];

/**
 * Brings the operators of a model up to opset 18, and classical ones of ai.onnx.ml and what ONNX Runtime joined to standard
 * ones, so that everything after knows one form of each.
 * @throws oldOpset where the model is older than opset 7
 */
export function upgrade(graph: Graph, file: string): Graph {
  const from = opset(graph);
  if (from < OLDEST_OPSET) throw fail('oldOpset', { file, opset: from, oldest: OLDEST_OPSET });
  const initializers = new Map(graph.initializers);
  const constant = (tensor: Tensor): string => {
    const name = `upgrade/constant-${initializers.size}`;
    initializers.set(name, tensor);
    return name;
  };
  const standard = REWRITES.filter(({ before }) => from < before).map((row) => ({ ...row, domain: '' }));
  const rows = [
    ...standard,
    ...CLASSICAL_HEADS.map((row) => ({ ...row, domain: CLASSICAL })),
    ...FUSED.map((row) => ({ ...row, domain: RUNTIME_DOMAIN })),
  ];
  const rewritten = (nodes: readonly Node[]): readonly Node[] =>
    rows.reduce<readonly Node[]>(
      (current, { ops, domain, rewrite }) =>
        current.flatMap((node) =>
          node.domain === domain && ops.includes(node.op) ? rewrite(node, constant) : [node],
        ),
      nodes.map((node) => withBodies(node, (body) => withNodes(body, rewritten))),
    );
  const nodes = rewritten(graph.nodes);
  const opsets = new Map(graph.opsets);
  opsets.delete('ai.onnx');
  return withoutSequences({ ...graph, nodes, initializers, opsets: opsets.set('', Math.max(from, OPSET)) });
}

function without(node: Node, ...names: readonly string[]): Node {
  return { ...node, attributes: new Map([...node.attributes].filter(([name]) => !names.includes(name))) };
}

function withInput(node: Node, index: number, name: string): Node {
  const inputs = [...node.inputs];
  while (inputs.length < index) inputs.push('');
  inputs[index] = name;
  return { ...node, inputs };
}

function withAttributes(node: Node, attributes: Readonly<Record<string, Attribute>>): Node {
  return { ...node, attributes: new Map([...node.attributes, ...Object.entries(attributes)]) };
}

/** A list attribute became an input. */
function listToInput(name: string, index: number): Rewrite {
  return (node, constant) => {
    const values = ints(node, name);
    return [values === null ? node : withInput(without(node, name), index, constant(int64Tensor(values)))];
  };
}

/** Split-18 asks for the number of parts where no sizes are given. */
function equalSplit(node: Node): readonly Node[] {
  if ((node.inputs[1] ?? '') !== '') return [node];
  return [withAttributes(node, { num_outputs: { type: 'int', value: node.outputs.length } })];
}

/** Softmax-11 flattens everything from its axis on; Softmax-13 takes one axis. */
function flatSoftmax(node: Node): readonly Node[] {
  const parts = new Replacement(node);
  const x = input(node, 0);
  const shape = parts.add('Shape', [x]);
  const flat = parts.add('Flatten', [x], { axis: { type: 'int', value: int(node, 'axis', 1) } });
  const normalised = parts.add(node.op, [flat], { axis: { type: 'int', value: -1 } });
  return parts.end('Reshape', [normalised, shape]);
}

function clipLimits(node: Node, constant: (tensor: Tensor) => string): readonly Node[] {
  const inputs = ['min', 'max'].map((name) =>
    node.attributes.has(name) ? constant(floatTensor([float(node, name, 0)], [])) : '',
  );
  return [{ ...without(node, 'min', 'max'), inputs: [...node.inputs.slice(0, 1), ...inputs] }];
}

function padAmounts(node: Node, constant: (tensor: Tensor) => string): readonly Node[] {
  const pads = constant(int64Tensor(ints(node, 'pads') ?? []));
  const value = constant(floatTensor([float(node, 'value', 0)], []));
  return [{ ...without(node, 'pads', 'value'), inputs: [...node.inputs.slice(0, 1), pads, value] }];
}

function sliceBounds(node: Node, constant: (tensor: Tensor) => string): readonly Node[] {
  const starts = ints(node, 'starts') ?? [];
  const axes = ints(node, 'axes') ?? starts.map((_, axis) => axis);
  const bounds = [starts, ints(node, 'ends') ?? [], axes].map((list) => constant(int64Tensor(list)));
  return [{ ...without(node, 'starts', 'ends', 'axes'), inputs: [...node.inputs.slice(0, 1), ...bounds] }];
}

function topK(node: Node, constant: (tensor: Tensor) => string): readonly Node[] {
  return [withInput(without(node, 'k'), 1, constant(int64Tensor([int(node, 'k', 1)])))];
}

/** Upsample-7 and -9, and Resize-10, sample at x / scale. */
function upsample(node: Node, constant: (tensor: Tensor) => string): readonly Node[] {
  const scales = node.attributes.get('scales');
  const given = scales?.type === 'floats' ? constant(floatTensor(scales.value, [scales.value.length])) : null;
  return [resize(without(node, 'scales'), given ?? node.inputs[1] ?? '')];
}

function resize(node: Node, scales: string): Node {
  return {
    ...withAttributes(node, {
      mode: { type: 'string', value: text(node, 'mode', 'nearest') },
      coordinate_transformation_mode: { type: 'string', value: 'asymmetric' },
      nearest_mode: { type: 'string', value: 'floor' },
    }),
    op: 'Resize',
    inputs: [node.inputs[0] ?? '', '', scales],
  };
}

/** Before opset 14 the running statistics could be listed as outputs. */
function inferenceOnly(node: Node): readonly Node[] {
  return [{ ...without(node, 'is_test', 'spatial', 'consumed_inputs'), outputs: node.outputs.slice(0, 1) }];
}
