import type { Attributes } from '../onnx/builder.js';
import { labelOf, type Node, output } from '../onnx/graph.js';

/** Operators of ai.onnx that come, in order, in the place of one node. */
export class Replacement {
  readonly nodes: Node[] = [];
  readonly #node: Node;

  constructor(node: Node) {
    this.#node = node;
  }

  /** Adds an operator, named after the node, and returns its output. */
  add(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const index = this.nodes.length;
    const to = `${output(this.#node)}/${index}`;
    this.#push({ op, inputs, name: `${labelOf(this.#node)}/${index}`, outputs: [to] }, attributes);
    return to;
  }

  /** Adds the last operator, which has the node's own name and output, and returns them all. */
  end(op: string, inputs: readonly string[], attributes: Attributes = {}): readonly Node[] {
    const { name, outputs } = this.#node;
    this.#push({ op, inputs, name, outputs: outputs.slice(0, 1) }, attributes);
    return this.nodes;
  }

  #push(part: Pick<Node, 'op' | 'inputs' | 'name' | 'outputs'>, attributes: Attributes): void {
    const own = { domain: '', attributes: new Map(Object.entries(attributes)) };
    this.nodes.push({ ...this.#node, ...part, ...own });
  }
}
