import { type Graph, type Node, output } from '../../onnx/graph.js';
import { consumers, needed, producers, reachedFrom } from '../../onnx/walk.js';
import type { Canonisable } from './canonisable.js';
import { activationOf, type KnownActivation } from './knownActivations.js';
import { scalarOf } from './parameters.js';
import { isScalarFunction, valueOf } from './scalarFunctions.js';

/** More operators than any spelling of an activation has. */
const MOST_PARTS = 16;
/** Limits beyond what functions are compared at would go unseen. */
const LARGEST_CONSTANT = 32;

/**
 * Joins the parts of a written-out activation (GELU as Div, Erf, Add, Mul, Mul; x · σ(x); …) into the operator that it is.
 * It is told by its values, so that neither order nor spelling of the parts matters. Parts that others read stay apart.
 */
export function joinActivations({ graph, image, shapes }: Canonisable): Canonisable {
  const search = new Search(graph, image);
  const shapeOf = (tensor: string): string | undefined => shapes.get(tensor)?.join();
  const nodes = graph.nodes.map((node) => {
    const found = search.endingIn(node);
    if (found === null || shapeOf(found.x) !== shapeOf(output(node))) return node;
    const joined: Node = { ...node, ...found.activation, domain: '', inputs: [found.x] };
    search.replace(joined);
    return joined;
  });
  return { graph: { ...graph, nodes: needed(nodes, graph.outputs) }, image, shapes };
}

interface WrittenActivation {
  readonly x: string;
  readonly activation: KnownActivation;
}

class Search {
  readonly #graph: Graph;
  readonly #producer: Map<string, Node>;
  readonly #place: ReadonlyMap<string, number>;
  readonly #readers: ReadonlyMap<string, readonly Node[]>;
  readonly #outputs: ReadonlySet<string>;
  readonly #fromImage: ReadonlySet<string>;

  constructor(graph: Graph, image: string) {
    this.#graph = graph;
    this.#producer = producers(graph);
    this.#place = new Map(graph.nodes.flatMap(({ outputs }, place) => outputs.map((name) => [name, place])));
    this.#readers = consumers(graph);
    this.#outputs = new Set(graph.outputs.map(({ name }) => name));
    this.#fromImage = reachedFrom(graph, image);
  }

  /** Puts a node in the place of the one with the same output. */
  replace(node: Node): void {
    this.#producer.set(output(node), node);
  }

  /** The activation of the most operators that ends in a node: back from it to where all leads to one tensor. */
  endingIn(end: Node): WrittenActivation | null {
    const parts: Node[] = [];
    const open = new Set([output(end)]);
    let found: WrittenActivation | null = null;
    while (parts.length < MOST_PARTS) {
      const [tensor = ''] = [...open].sort((a, b) => this.#placeOf(b) - this.#placeOf(a));
      const node = this.#producer.get(tensor);
      if (node === undefined || !this.#isPart(node) || !this.#isReadBy(parts, tensor)) break;
      open.delete(tensor);
      parts.unshift(node);
      for (const name of node.inputs) if (this.#fromImage.has(name)) open.add(name);
      const [x = '', ...others] = open;
      if (others.length > 0 || parts.length < 2) continue;
      const activation = activationOf((value) => this.#valueAt(parts, x, value));
      if (activation !== null) found = { x, activation };
    }
    return found;
  }

  #placeOf(tensor: string): number {
    return this.#place.get(tensor) ?? -1;
  }

  #isPart(node: Node): boolean {
    const isKnown = (name: string): boolean =>
      name === '' || this.#fromImage.has(name) || this.#scalar(name) !== undefined;
    return isScalarFunction(node) && this.#fromImage.has(output(node)) && node.inputs.every(isKnown);
  }

  /** Whether nobody but these reads a tensor; the last of all may be read by anybody. */
  #isReadBy(parts: readonly Node[], tensor: string): boolean {
    const names = new Set(parts.map((part) => output(part)));
    const readers = this.#readers.get(tensor) ?? [];
    return (
      parts.length === 0 || (!this.#outputs.has(tensor) && readers.every((node) => names.has(output(node))))
    );
  }

  /** What the last of these nodes, which are in order, computes for a value of x. */
  #valueAt(parts: readonly Node[], x: string, value: number): number {
    const values = new Map([[x, value]]);
    let result = value;
    for (const node of parts) {
      result = valueOf(
        node,
        node.inputs.map((name) => (name === '' ? undefined : (values.get(name) ?? this.#scalar(name)))),
      );
      values.set(output(node), result);
    }
    return result;
  }

  /** The value of a constant that an activation may have. */
  #scalar(tensor: string): number | undefined {
    const value = scalarOf(this.#graph, tensor);
    return value === null || Math.abs(value) > LARGEST_CONSTANT ? undefined : value;
  }
}
