import { nodesWithin } from '../onnx/bodies.js';
import type { Graph, Node } from '../onnx/graph.js';
import { DataType, elementCount, type Tensor } from '../onnx/tensor.js';
import { readBy } from '../onnx/walk.js';
import { FLOATS } from './numbers.js';

/** A constant of a graph that may be trained, with everything that reads it. */
export interface Constant {
  /** The initialiser's name, or that under which a Constant or Identity node passes it on. */
  readonly name: string;
  /** What it is called where a module's own name for it is passed on by an Identity node, and read by nothing else. */
  readonly storedName: string;
  readonly tensor: Tensor;
  readonly readings: readonly Reading[];
}

/** One place where a constant is read. */
export interface Reading {
  readonly constant: string;
  readonly node: Node;
  /** Which input of the node it is; −1 where a body of the node (If, Loop) reads it. */
  readonly input: number;
}

/** Bytes: weights of a quantised model. Wider integers are shapes, axes and indices. */
export const QUANTISED: ReadonlySet<DataType> = new Set([DataType.INT8, DataType.UINT8]);

/**
 * The constants of a graph that can be weights. The older PyTorch exporter writes equal tensors once and passes them on
 * through Identity nodes under the names of the others: each of these is a constant of its own.
 */
export function constantsOf(graph: Graph): readonly Constant[] {
  const tensors = new Map<string, Tensor>();
  const add = (name: string, tensor: Tensor): void => {
    if (FLOATS.has(tensor.dataType) || (QUANTISED.has(tensor.dataType) && elementCount(tensor.dims) > 1))
      tensors.set(name, tensor);
  };
  for (const [name, tensor] of graph.initializers) add(name, tensor);
  const readings = new Map<string, Reading[]>();
  const passings = new Map<string, string[]>();
  for (const node of graph.nodes) {
    const passed = passedOn(node, tensors);
    if (passed !== undefined) {
      const [given = '', name = ''] = [node.inputs[0], node.outputs[0]];
      add(name, passed);
      passings.set(given, [...(passings.get(given) ?? []), name]);
    } else
      for (const [input, constant] of readBy(node).entries()) {
        if (!tensors.has(constant)) continue;
        const reading = { constant, node, input: input < node.inputs.length ? input : -1 };
        readings.set(constant, [...(readings.get(constant) ?? []), reading]);
      }
  }
  const stored = new Map(
    Array.from(passings, ([given, names]) => [names.join(), given] as const).filter(
      ([name, given]) => tensors.has(name) && !readings.has(given),
    ),
  );
  return Array.from(tensors, ([name, tensor]) => ({
    name,
    storedName: stored.get(name) ?? name,
    tensor,
    readings: readings.get(name) ?? [],
  })).filter((constant) => constant.readings.length > 0);
}

/** The first node whose bodies (If, Loop) have constants that can be weights; null for none. Single numbers are no weights. */
export function holderOfWeights({ nodes }: Graph): Node | null {
  const isWeight = ({ dataType, dims }: Tensor): boolean =>
    (FLOATS.has(dataType) || QUANTISED.has(dataType)) && elementCount(dims) > 1;
  const holds = (node: Node): boolean =>
    nodesWithin(node)
      .flatMap((inner) => valueOf(inner) ?? [])
      .some(isWeight);
  return nodes.find(holds) ?? null;
}

/** The constant that a node is, or passes on as it is. */
function passedOn(node: Node, tensors: ReadonlyMap<string, Tensor>): Tensor | undefined {
  return node.op === 'Identity' ? tensors.get(node.inputs[0] ?? '') : valueOf(node);
}

/** What a Constant node holds. */
function valueOf({ op, attributes }: Node): Tensor | undefined {
  const value = op === 'Constant' ? attributes.get('value') : undefined;
  return value?.type === 'tensor' ? value.value : undefined;
}

/**
 * The module that a node belongs to, as PyTorch names it; null where the file does not tell. From the metadata of the
 * newer exporter, else from node names of the older one such as `/layer1/layer1.0/conv1/Conv`.
 */
export function moduleOfNode({ name, modulePath }: Node): string | null {
  const own = modulePath.at(-1);
  if (own !== undefined) return own;
  const segments = name.startsWith('/') ? name.split('/').slice(1, -1) : [];
  if (segments.length === 0) return null;
  // A part of a list repeats the list's name: `layer1`, `layer1.0`.
  return segments.filter((segment, index) => !segments[index + 1]?.startsWith(`${segment}.`)).join('.');
}
