import { type Graph, type Node, output } from '../../onnx/graph.js';
import { floatTensor, type Tensor } from '../../onnx/tensor.js';
import { consumers, needed, producers, reachedFrom } from '../../onnx/walk.js';
import type { Canonisable } from './canonisable.js';
import { activationOf, type KnownActivation, slopeOf } from './knownActivations.js';
import { perChannel, scalarOf } from './parameters.js';
import { isScalarFunction, valueOf } from './scalarFunctions.js';

/** More operators than any spelling of an activation has. */
const MOST_PARTS = 16;
/** Limits beyond what functions are compared at would go unseen. */
const LARGEST_CONSTANT = 32;

/**
 * Joins the parts of a written-out activation (GELU as Div, Erf, Add, Mul, Mul; x · σ(x); max(x, 0); …) into the operator that it is.
 * It is told by its values, so that neither order nor spelling of the parts matters. Parts that others read stay apart.
 * With a constant of one value a channel it can be a PRelu alone.
 */
export function joinActivations({ graph, image, shapes }: Canonisable): Canonisable {
  const search = new Search(graph, image);
  const shapeOf = (tensor: string): string | undefined => shapes.get(tensor)?.join();
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.map((node) => {
    const found = search.endingIn(node);
    if (found === null || shapeOf(found.x) !== shapeOf(output(node))) return node;
    const slope = `${output(node)}/slope`;
    if (found.slopes !== null) initializers.set(slope, found.slopes);
    const inputs = found.slopes === null ? [found.x] : [found.x, slope];
    const joined: Node = { ...node, ...found.activation, domain: '', inputs };
    search.replace(joined);
    return joined;
  });
  return { graph: { ...graph, nodes: needed(nodes, graph.outputs), initializers }, image, shapes };
}

interface WrittenActivation {
  readonly x: string;
  readonly activation: KnownActivation;
  /** Of a PRelu, in a shape that fits x. */
  readonly slopes: Tensor | null;
}

const PRELU: KnownActivation = { op: 'PRelu', attributes: new Map() };

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
    const vectors = new Set<string>();
    let found: WrittenActivation | null = null;
    while (parts.length < MOST_PARTS) {
      const [tensor = ''] = [...open].sort((a, b) => this.#placeOf(b) - this.#placeOf(a));
      const node = this.#producer.get(tensor);
      if (node === undefined || !this.#isPart(node) || !this.#isReadBy(parts, tensor)) break;
      open.delete(tensor);
      parts.unshift(node);
      for (const name of node.inputs)
        if (this.#fromImage.has(name)) open.add(name);
        else if (this.#vector(name) !== null) vectors.add(name);
      if (vectors.size > 1) break;
      const [x = '', ...others] = open;
      const [vector] = vectors;
      if (others.length === 0 && this.#isWritten(parts)) found = this.#activation(parts, x, vector) ?? found;
    }
    return found;
  }

  /** @param vector the one constant among the parts that has a value for each channel */
  #activation(parts: readonly Node[], x: string, vector: string | undefined): WrittenActivation | null {
    if (vector === undefined) {
      const activation = activationOf((value) => this.#valueAt(parts, new Map([[x, value]])));
      return activation && { x, activation, slopes: null };
    }
    const { dims, values } = this.#vector(vector) ?? { dims: [], values: [] };
    const slope = (own: number): number | null =>
      slopeOf((value) =>
        this.#valueAt(
          parts,
          new Map([
            [x, value],
            [vector, own],
          ]),
        ),
      );
    // Zeros that are added, say, are no slopes, though they do not show.
    if (values[0] === undefined || slope(values[0] / 2 + 0.1) === null) return null;
    const slopes: number[] = [];
    for (const own of values) {
      const found = slope(own);
      if (found === null) return null;
      slopes.push(found);
    }
    return { x, activation: PRELU, slopes: floatTensor(slopes, dims) };
  }

  /** Whether operators may be an activation in parts: several, or max(x, 0). */
  #isWritten([first, ...others]: readonly Node[]): boolean {
    if (first === undefined || others.length > 0) return others.length > 0;
    return first.op === 'Max' && first.inputs.some((name) => this.#scalar(name) === 0);
  }

  #placeOf(tensor: string): number {
    return this.#place.get(tensor) ?? -1;
  }

  #isPart(node: Node): boolean {
    const isKnown = (name: string): boolean =>
      name === '' ||
      this.#fromImage.has(name) ||
      this.#scalar(name) !== undefined ||
      this.#vector(name) !== null;
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

  /** What the last of these nodes, which are in order, computes where some tensors have these values. */
  #valueAt(parts: readonly Node[], values: Map<string, number>): number {
    let result = NaN;
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

  /** A constant of one value a channel. */
  #vector(tensor: string): ReturnType<typeof perChannel> {
    return this.#fromImage.has(tensor) ? null : perChannel(this.#graph, tensor);
  }
}
