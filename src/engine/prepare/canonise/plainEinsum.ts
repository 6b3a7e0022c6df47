import { type Attribute, type Graph, type Node, output, type Shapes, text } from '../../onnx/graph.js';
import { int64Tensor, type Tensor } from '../../onnx/tensor.js';
import type { Canonisable } from './canonisable.js';

/**
 * Writes every Einsum as a product of letters, `ab,bc->ac`: an ellipsis becomes letters, the result is named, and an
 * operand by itself is summed over what nothing else names. An Einsum of a single operand becomes ReduceSum and Transpose.
 * What repeats a letter in an operand stays as it is.
 */
export function plainEinsum({ graph, image, shapes }: Canonisable): Canonisable {
  const constants = new Map(graph.initializers);
  const known = new Map(shapes);
  const nodes = graph.nodes.flatMap((node) => {
    const equation = node.op === 'Einsum' && node.domain === '' ? equationOf(node, graph, shapes) : null;
    return equation === null ? [node] : new Spelling(node, equation, constants, known).nodes;
  });
  return { graph: { ...graph, nodes, initializers: constants }, image, shapes: known };
}

interface Equation {
  /** One letter an axis. */
  readonly operands: readonly string[];
  readonly result: string;
}

function equationOf(node: Node, { initializers }: Graph, shapes: Shapes): Equation | null {
  const [left = '', right] = text(node, 'equation', '').replaceAll(' ', '').split('->');
  const given = left.split(',');
  const ranks = node.inputs.map((name) => (shapes.get(name) ?? initializers.get(name)?.dims)?.length);
  const free = Array.from(ALPHABET).filter((letter) => !left.includes(letter));
  const widths = given.map((operand, index) => (ranks[index] ?? 0) - operand.replace('...', '').length);
  const widest = Math.max(0, ...widths.filter((_, index) => given[index]?.includes('...')));
  if (ranks.includes(undefined) || given.length !== node.inputs.length || widest > free.length) return null;
  const ellipsis = (width: number): string => free.slice(widest - width, widest).join('');
  const operands = given.map((operand, index) => operand.replace('...', ellipsis(widths[index] ?? 0)));
  const isPlain = operands.every(
    (operand, index) => new Set(operand).size === operand.length && operand.length === ranks[index],
  );
  const result = right?.replace('...', ellipsis(widest)) ?? ellipsis(widest) + lonelyLetters(left);
  return isPlain ? { operands, result } : null;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Without a result an equation means the letters that stand in it once, in alphabetical order. */
function lonelyLetters(operands: string): string {
  const letters = Array.from(operands).filter((letter) => ALPHABET.includes(letter));
  return letters
    .filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter))
    .sort()
    .join('');
}

class Spelling {
  readonly nodes: Node[] = [];
  readonly #node: Node;
  readonly #constants: Map<string, Tensor>;
  readonly #shapes: Map<string, readonly number[]>;

  constructor(
    node: Node,
    { operands, result }: Equation,
    constants: Map<string, Tensor>,
    shapes: Map<string, readonly number[]>,
  ) {
    this.#node = node;
    this.#constants = constants;
    this.#shapes = shapes;
    const summed = operands.map((operand, index) => {
      const others = result + operands.filter((_, other) => other !== index).join('');
      return this.#summed(node.inputs[index] ?? '', operand, others);
    });
    const [only, ...others] = summed;
    if (only !== undefined && others.length === 0) this.#moved(only.name, only.letters, result);
    else {
      const equation = `${summed.map(({ letters }) => letters).join()}->${result}`;
      this.#add(
        'Einsum',
        summed.map(({ name }) => name),
        { equation: { type: 'string', value: equation } },
        output(node),
      );
    }
  }

  /** An operand summed over the letters that nothing else has. */
  #summed(
    name: string,
    operand: string,
    others: string,
  ): { readonly name: string; readonly letters: string } {
    const axes = Array.from(operand).flatMap((letter, axis) => (others.includes(letter) ? [] : [axis]));
    const shape = this.#shapes.get(name);
    if (axes.length === 0 || shape === undefined) return { name, letters: operand };
    const letters = Array.from(operand)
      .filter((letter) => others.includes(letter))
      .join('');
    const sum = `${output(this.#node)}/sum-${this.nodes.length}`;
    const constant = `${sum}/axes`;
    this.#constants.set(constant, int64Tensor(axes));
    this.#shapes.set(
      sum,
      shape.filter((_, axis) => !axes.includes(axis)),
    );
    this.#add('ReduceSum', [name, constant], { keepdims: { type: 'int', value: 0 } }, sum);
    return { name: sum, letters };
  }

  #moved(name: string, letters: string, result: string): void {
    const perm = Array.from(result).map((letter) => letters.indexOf(letter));
    this.#add('Transpose', [name], { perm: { type: 'ints', value: perm } }, output(this.#node));
  }

  /** The last of the nodes has the name of the Einsum. */
  #add(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    to: string,
  ): void {
    const name = to === output(this.#node) ? this.#node.name : `${this.#node.name}/${this.nodes.length}`;
    this.nodes.push({
      ...this.#node,
      name,
      op,
      inputs,
      outputs: [to],
      attributes: new Map(Object.entries(attributes)),
    });
  }
}
