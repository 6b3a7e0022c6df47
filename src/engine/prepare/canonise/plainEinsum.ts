import { type Graph, input, type Node, output, type Shapes, text } from '../../onnx/graph.js';
import { int64Tensor, type Tensor } from '../../onnx/tensor.js';
import { Replacement } from '../replacement.js';
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
    return equation === null ? [node] : spelled(node, equation, constants, known);
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

/** The operators that an equation means. */
function spelled(
  node: Node,
  { operands, result }: Equation,
  constants: Map<string, Tensor>,
  shapes: Map<string, readonly number[]>,
): readonly Node[] {
  const parts = new Replacement(node);
  /** An operand summed over the letters that nothing else has. */
  const summed = (operand: string, index: number): Operand => {
    const name = input(node, index);
    const others = result + operands.filter((_, other) => other !== index).join('');
    const isKept = Array.from(operand, (letter) => others.includes(letter));
    const shape = shapes.get(name);
    if (isKept.every(Boolean) || shape === undefined) return { name, letters: operand };
    const axes = `${output(node)}/axes-of-${index}`;
    constants.set(axes, int64Tensor(isKept.flatMap((kept, axis) => (kept ? [] : [axis]))));
    const sum = parts.add('ReduceSum', [name, axes], { keepdims: { type: 'int', value: 0 } });
    shapes.set(
      sum,
      shape.filter((_, axis) => isKept[axis]),
    );
    const letters = Array.from(operand).filter((_, axis) => isKept[axis]);
    return { name: sum, letters: letters.join('') };
  };
  const all = operands.map(summed);
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0) {
    const perm = Array.from(result, (letter) => only.letters.indexOf(letter));
    return parts.end('Transpose', [only.name], { perm: { type: 'ints', value: perm } });
  }
  const equation = `${all.map(({ letters }) => letters).join()}->${result}`;
  return parts.end(
    'Einsum',
    all.map(({ name }) => name),
    { equation: { type: 'string', value: equation } },
  );
}

interface Operand {
  readonly name: string;
  /** One an axis. */
  readonly letters: string;
}
