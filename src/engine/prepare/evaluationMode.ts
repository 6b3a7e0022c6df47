import { fail } from '../failure.js';
import type { GraphProto, NodeProto } from '../onnx/gen/onnx_pb.js';
import { nodesWithin } from '../onnx/bodies.js';
import { type Graph, input, int, labelOf, type Node, opset } from '../onnx/graph.js';
import { readNode } from '../onnx/read.js';
import { floatValues, type Tensor } from '../onnx/tensor.js';
import { needed } from '../onnx/walk.js';
import { constantOf } from './constants.js';

const DRAWING = new Set([
  ...['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike'],
  ...['Bernoulli', 'Multinomial'],
]);

/**
 * Checks that what the outputs are computed from answers the same for the same picture, whatever is fed with it.
 * @param graph as the file has it
 * @throws trainingMode, batchStatistics, droppingNode, randomNode
 */
export function checkEvaluationMode(graph: Graph, file: string): void {
  const nodes = needed(graph.nodes, graph.outputs).flatMap((node) => [node, ...nodesWithin(node)]);
  for (const node of nodes) {
    const training = trainingIn(node, graph, file);
    if (training !== null) throw fail(training.code, { file, node: labelOf(node), op: training.op });
  }
  for (const node of nodes) {
    const op = drawnIn(node, graph);
    if (op !== null) throw fail('randomNode', { file, node: labelOf(node), op });
  }
}

/** An operator that works as while training, and what is to be said of it. */
interface Training {
  readonly op: string;
  readonly code: 'trainingMode' | 'batchStatistics' | 'droppingNode';
}

/** How a node trains: by itself, or by an operator in a local function, whose constants are its own. */
function trainingIn(node: Node, graph: Graph, file: string): Training | null {
  const code = trainingOf(node, graph);
  if (code !== null) return { op: node.op, code };
  const called = graph.functions.find(({ domain, name }) => domain === node.domain && name === node.op);
  const nodes = called?.node.map((each) => readNode(each, file)) ?? [];
  const opsets = new Map(called?.opsetImport.map(({ domain, version }) => [domain, Number(version)]));
  const within = { ...graph, nodes, opsets, initializers: new Map<string, Tensor>() };
  return nodes.map((each) => trainingIn(each, within, file)).find((found) => found !== null) ?? null;
}

function trainingOf(node: Node, graph: Graph): Training['code'] | null {
  if (node.domain !== '') return null;
  if (node.op === 'Dropout') return keepsDropping(node, graph) ? 'droppingNode' : null;
  if (node.op !== 'BatchNormalization') return null;
  // Before opset 14 the statistics of the batch are asked for as further outputs.
  const isOn = opset(graph) < 14 ? node.outputs.length > 1 : int(node, 'training_mode', 0) === 1;
  if (!isOn) return null;
  // Statistics that a node computes were never kept while training.
  return graph.nodes.some(({ op, outputs }) => op === 'ReduceMean' && outputs.includes(input(node, 3)))
    ? 'batchStatistics'
    : 'trainingMode';
}

/** Dropout-12 takes its ratio and whether it trains as inputs; before, it never drops. */
function keepsDropping({ inputs: [, ratio = '', mode = ''] }: Node, graph: Graph): boolean {
  const isOn = flagOf(graph, mode)?.bytes.some(Boolean) ?? false;
  const dropped = constantOf(graph, ratio);
  return isOn && !(dropped !== null && floatValues(dropped)?.[0] === 0);
}

/** A constant, be it passed on or of another type first. */
function flagOf(graph: Graph, tensor: string): Tensor | null {
  const passing = graph.nodes.find(
    ({ op, outputs }) => (op === 'Identity' || op === 'Cast') && outputs.includes(tensor),
  );
  return passing === undefined ? constantOf(graph, tensor) : flagOf(graph, input(passing, 0));
}

/** The operator by which a node draws: its own, or one in a local function. */
function drawnIn({ op, domain }: Node, graph: Graph): string | null {
  if (domain === '' && DRAWING.has(op)) return op;
  const called = graph.functions.find((each) => each.domain === domain && each.name === op);
  return drawnBy(called?.node ?? [], graph);
}

function drawnBy(nodes: readonly NodeProto[], graph: Graph): string | null {
  for (const { opType, domain, attribute } of nodes) {
    if (domain === '' && DRAWING.has(opType)) return opType;
    const called = graph.functions.find((each) => each.domain === domain && each.name === opType);
    const bodies = attribute.flatMap(({ g }): GraphProto[] => (g === undefined ? [] : [g]));
    const found = drawnBy([...bodies.flatMap(({ node }) => node), ...(called?.node ?? [])], graph);
    if (found !== null) return found;
  }
  return null;
}
