import type { FunctionProto, GraphProto } from './gen/onnx_pb.js';
import type { DataType, Tensor } from './tensor.js';

/** An ONNX model in memory. Nodes are in topological order, as ONNX demands. */
export interface Graph {
  readonly irVersion: number;
  /** Version of each operator domain; '' is ai.onnx. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: string;
  /** What the file says of itself (`metadata_props`). */
  readonly metadata: ReadonlyMap<string, string>;
  /** Local functions, which ONNX Runtime inlines. */
  readonly functions: readonly FunctionProto[];
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** Inputs that a caller must feed: initializers listed as inputs (IR version 3) are left out. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Type and shape of further tensors, where the file tells. */
  readonly valueInfo: ReadonlyMap<string, ValueInfo>;
}

export interface Node {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  /** '' stands for an optional input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Module path from the exporter's metadata, outermost first; empty where there is none. */
  readonly modulePath: readonly string[];
}

export type Attribute =
  | { readonly type: 'int' | 'float'; readonly value: number }
  | { readonly type: 'ints' | 'floats'; readonly value: readonly number[] }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: Tensor }
  | { readonly type: 'graph'; readonly value: GraphProto };

export interface ValueInfo {
  readonly name: string;
  readonly dataType: DataType;
  /** null for an unknown rank; a dimension is a number, a symbol or null where unknown. */
  readonly shape: readonly (number | string | null)[] | null;
}

/** ai.onnx version of a graph. */
export function opset(graph: Graph): number {
  return graph.opsets.get('') ?? graph.opsets.get('ai.onnx') ?? 1;
}

/** An integer attribute, or its default as the operator's definition gives it. */
export function int(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.type === 'int' ? attribute.value : fallback;
}

/** A float attribute, or its default. */
export function float(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.type === 'float' ? attribute.value : fallback;
}

/** A list of integers, or null where the node has none. */
export function ints(node: Node, name: string): readonly number[] | null {
  const attribute = node.attributes.get(name);
  return attribute?.type === 'ints' ? attribute.value : null;
}

/** A string attribute, or its default. */
export function text(node: Node, name: string, fallback: string): string {
  const attribute = node.attributes.get(name);
  return attribute?.type === 'string' ? attribute.value : fallback;
}

/** Name of an input; '' where an optional one is left out. */
export function input(node: Node, index: number): string {
  return node.inputs[index] ?? '';
}

/** Name of an output. */
export function output(node: Node, index = 0): string {
  return node.outputs[index] ?? '';
}

/** What a person finds a node by: its name, or the first tensor that it computes. */
export function labelOf({ name, outputs }: Pick<Node, 'name' | 'outputs'>): string {
  return name === '' ? (outputs.find(Boolean) ?? '') : name;
}

/** Fixed shapes, by tensor. */
export type Shapes = ReadonlyMap<string, readonly number[]>;
