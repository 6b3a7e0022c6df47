import { type Graph, input, int, type Node } from '../onnx/graph.js';
import { DataType, floatTensor, type Tensor } from '../onnx/tensor.js';
import { RUNTIME_DOMAIN } from '../runtime/younger.js';
import { numbersOf } from '../weights/numbers.js';
import { constantOf } from './constants.js';
import { Replacement } from './replacement.js';

/** Products with weights of a few bits that stand several in a byte (MatMulNBits), as products with floats. */
export function withFloatWeights(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const weights = isPacked(node) ? unpackedWeights(node, graph) : null;
    if (weights === null) return [node];
    const name = `${input(node, 1)}/floats`;
    initializers.set(name, weights);
    const parts = new Replacement(node);
    const [x, bias] = [input(node, 0), input(node, 5)];
    if (bias === '') return parts.end('MatMul', [x, name]);
    return parts.end('Add', [parts.add('MatMul', [x, name]), bias]);
  });
  return { ...graph, nodes, initializers };
}

/** Whether a node multiplies by such weights. */
export function isPacked({ op, domain }: Node): boolean {
  return op === 'MatMulNBits' && domain === RUNTIME_DOMAIN;
}

/**
 * float [K, N]: each row of the packed ones is a column's, in blocks with a scale and a zero point each.
 * @returns null where they are no constants, or in another order than their rows'
 */
function unpackedWeights(node: Node, graph: Graph): Tensor | null {
  const [rows, columns] = [int(node, 'K', 0), int(node, 'N', 0)];
  const [bits, blockSize] = [int(node, 'bits', 4), int(node, 'block_size', 32)];
  const [packed, scale, zero] = [1, 2, 3].map((place) => constantOf(graph, input(node, place)));
  const scales = scale ? numbersOf(scale) : null;
  if (!packed || scales === null || input(node, 4) !== '' || 8 % bits !== 0) return null;
  if (input(node, 3) !== '' && !zero) return null;
  const blocks = Math.ceil(rows / blockSize);
  const zeros = zero && zero.dataType !== DataType.UINT8 ? numbersOf(zero) : null;
  const zeroOf = (column: number, block: number): number => {
    if (!zero) return 2 ** (bits - 1);
    if (zeros !== null) return zeros[column * blocks + block] ?? 0;
    return bitsAt(zero.bytes, Math.ceil((blocks * bits) / 8) * column, block, bits);
  };
  const values = new Float32Array(rows * columns);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) {
      const block = Math.floor(row / blockSize);
      const start = ((column * blocks + block) * blockSize * bits) / 8;
      const whole = bitsAt(packed.bytes, start, row % blockSize, bits) - zeroOf(column, block);
      values[row * columns + column] = whole * (scales[column * blocks + block] ?? 0);
    }
  return floatTensor(values, [rows, columns]);
}

/** A number of so few bits among those that begin at a byte, the lowest bits first. */
function bitsAt(bytes: Uint8Array, start: number, index: number, bits: number): number {
  const at = index * bits;
  return ((bytes[start + (at >> 3)] ?? 0) >> (at & 7)) & (2 ** bits - 1);
}
