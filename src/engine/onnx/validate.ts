import type { ErrorCode } from '../../protocol/errors.js';
import { fail } from '../failure.js';
import type { GraphProto, ModelProto, NodeProto } from './gen/onnx_pb.js';
import { isShape } from './tensor.js';

/** Elements of an input from which on nobody means a picture: 1 GiB of floats. */
const MAX_INPUT_ELEMENTS = 2 ** 28;

/** What is wrong: the failure's code and its parameters but for the file. */
type Finding = readonly [ErrorCode, Readonly<Record<string, string>>];
type Rule = (graph: GraphProto, model: ModelProto) => Finding | null;

/** What ONNX demands of a graph (onnx/docs/IR.md), as far as the runtime would not say it in words for a person. */
const RULES: readonly Rule[] = [
  repeatedTensor,
  repeatedNode,
  undefinedInput,
  undefinedOutput,
  cycle,
  foreignDomain,
  oversizedInput,
];

/**
 * Checks that a model's graph is one: every tensor is defined once, by something, and none by itself.
 * @throws duplicateTensor, duplicateNode, missingTensor, noOutputs, missingOutput, cyclicGraph, missingOpset,
 * impossibleShape
 */
export function validate(graph: GraphProto, model: ModelProto, file: string): void {
  for (const rule of RULES) {
    const finding = rule(graph, model);
    if (finding !== null) throw fail(finding[0], { file, ...finding[1] });
  }
}

/** What a person finds a node by: its name, or the first tensor that it computes. */
export function labelOf({ name, output }: NodeProto): string {
  return name === '' ? (output.find(Boolean) ?? '') : name;
}

/** An initializer may be listed as an input too: it is that input's default (IR version 3 demanded it). */
function repeatedTensor({ input, initializer, node }: GraphProto): Finding | null {
  const outputs = node.flatMap(({ output }) => output.filter(Boolean));
  const constants = initializer.map(({ name }) => name);
  const tensor =
    firstRepeated(input.map(({ name }) => name)) ??
    firstRepeated([...constants, ...outputs]) ??
    firstRepeated([...new Set(input.map(({ name }) => name)), ...outputs]);
  return tensor === null ? null : ['duplicateTensor', { tensor }];
}

function firstRepeated(names: readonly string[]): string | null {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size) ?? null;
}

function repeatedNode({ node }: GraphProto): Finding | null {
  const repeated = firstRepeated(node.map(({ name }) => name).filter(Boolean));
  return repeated === null ? null : ['duplicateNode', { node: repeated }];
}

function definedTensors({ input, initializer, node }: GraphProto): Set<string> {
  return new Set([
    ...[...input, ...initializer].map(({ name }) => name),
    ...node.flatMap(({ output }) => output),
  ]);
}

function undefinedInput(graph: GraphProto): Finding | null {
  const defined = definedTensors(graph);
  for (const node of graph.node) {
    const tensor = node.input.find((name) => name !== '' && !defined.has(name));
    if (tensor !== undefined) return ['missingTensor', { node: labelOf(node), op: node.opType, tensor }];
  }
  return null;
}

function undefinedOutput(graph: GraphProto): Finding | null {
  if (graph.output.length === 0) return ['noOutputs', {}];
  const defined = definedTensors(graph);
  const output = graph.output.find(({ name }) => name === '' || !defined.has(name));
  return output === undefined ? null : ['missingOutput', { tensor: output.name }];
}

/** Takes away nodes whose inputs are there until none is left; what then remains leads back into a cycle. */
function cycle({ node: nodes }: GraphProto): Finding | null {
  const producer = new Map(nodes.flatMap((node) => node.output.filter(Boolean).map((name) => [name, node])));
  const readers = new Map<NodeProto, NodeProto[]>();
  const missing = new Map<NodeProto, number>();
  for (const node of nodes) {
    const sources = node.input.flatMap((name) => producer.get(name) ?? []);
    missing.set(node, sources.length);
    for (const source of sources) {
      const known = readers.get(source);
      if (known) known.push(node);
      else readers.set(source, [node]);
    }
  }
  const ready = nodes.filter((node) => missing.get(node) === 0);
  for (const node of ready) {
    missing.delete(node);
    for (const reader of readers.get(node) ?? []) {
      const left = (missing.get(reader) ?? 0) - 1;
      missing.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  const isCaught = (tensor: string): boolean => {
    const source = producer.get(tensor);
    return source !== undefined && missing.has(source);
  };
  const seen = new Set<NodeProto>();
  let [node] = missing.keys();
  while (node !== undefined) {
    seen.add(node);
    const tensor = node.input.find(isCaught) ?? '';
    const source = producer.get(tensor);
    if (source !== undefined && seen.has(source)) return ['cyclicGraph', { tensor, node: labelOf(source) }];
    node = source;
  }
  return null;
}

/** Every domain of operators that is used must be imported, or be that of a local function. */
function foreignDomain({ node }: GraphProto, { opsetImport, functions }: ModelProto): Finding | null {
  const known = new Set(
    [...opsetImport, ...functions].map(({ domain }) => (domain === 'ai.onnx' ? '' : domain)),
  );
  const foreign = node.find(({ domain }) => !known.has(domain === 'ai.onnx' ? '' : domain));
  if (foreign === undefined) return null;
  const { domain, opType } = foreign;
  return ['missingOpset', { node: labelOf(foreign), op: opType, domain: domain === '' ? 'ai.onnx' : domain }];
}

function oversizedInput({ input, initializer }: GraphProto): Finding | null {
  const constants = new Set(initializer.map(({ name }) => name));
  for (const { name, type } of input) {
    if (constants.has(name) || type?.value.case !== 'tensorType') continue;
    const dims = type.value.value.shape?.dim.map(({ value }) => Number(value.value)) ?? [];
    // Free sizes are symbols, and in some files zero or negative.
    const fixed = dims.filter((size) => size > 0);
    if (!isShape(fixed) || fixed.reduce((count, size) => count * size, 1) > MAX_INPUT_ELEMENTS)
      return ['impossibleShape', { tensor: name, shape: dims.map((size) => size || '?').join(' × ') }];
  }
  return null;
}
