import { fail } from '../failure.js';
import { nodesWithin } from '../onnx/bodies.js';
import type { Graph } from '../onnx/graph.js';
import { DataType, type Tensor } from '../onnx/tensor.js';

/** Operators that multiply by their constants. Elsewhere infinity has its uses: limits of a Clip, an attention's mask. */
const WEIGHTED = new Set([
  ...['Conv', 'ConvTranspose', 'Gemm', 'MatMul'],
  ...['BatchNormalization', 'InstanceNormalization', 'GroupNormalization', 'LayerNormalization'],
]);

/**
 * Checks that a model's constants are numbers.
 * @throws constantType; notFiniteWeights naming the first that are not
 */
export function checkFinite(graph: Graph, file: string): void {
  const weights = new Set(graph.nodes.flatMap(({ op, inputs }) => (WEIGHTED.has(op) ? inputs : [])));
  for (const [name, tensor] of constantsOf(graph)) {
    if (tensor.strings !== undefined) throw fail('constantType', { file, tensor: name, type: 'string' });
    const value = firstNotFinite(tensor, weights.has(name));
    if (value !== null) throw fail('notFiniteWeights', { file, tensor: name, value });
  }
}

function constantsOf({ initializers, nodes }: Graph): readonly (readonly [string, Tensor])[] {
  const all = nodes.flatMap((node) => [node, ...nodesWithin(node)]);
  const written = all.flatMap(({ op, outputs: [name = ''], attributes }) => {
    const value = op === 'Constant' ? attributes.get('value') : undefined;
    return value?.type === 'tensor' ? [[name, value.value] as const] : [];
  });
  return [...initializers, ...written];
}

/**
 * Floats of a file lie at any address, where typed arrays cannot look, and a copy of all would take a model's size of
 * memory: they are looked at in pieces.
 */
const PIECE_BYTES = 2 ** 16;
const piece = new Uint8Array(PIECE_BYTES);
const asFloats = new Float32Array(piece.buffer);
const asDoubles = new Float64Array(piece.buffer);
const asHalves = new Uint16Array(piece.buffer);

function firstNotFinite({ dataType, bytes }: Tensor, alsoInfinity: boolean): 'NaN' | 'infinity' | null {
  const find = FINDERS.get(dataType);
  if (find === undefined) return null;
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    const part = bytes.subarray(start, start + PIECE_BYTES);
    piece.set(part);
    const value = find(part.length, alsoInfinity);
    if (value !== null) return Number.isNaN(value) ? 'NaN' : 'infinity';
  }
  return null;
}

/** The first value of the piece that is NaN or, where asked for, infinite. */
type Finder = (length: number, alsoInfinity: boolean) => number | null;
const FINDERS: ReadonlyMap<DataType, Finder> = new Map<DataType, Finder>([
  [DataType.FLOAT, (length, alsoInfinity) => inNumbers(asFloats, length / 4, alsoInfinity)],
  [DataType.DOUBLE, (length, alsoInfinity) => inNumbers(asDoubles, length / 8, alsoInfinity)],
  [DataType.FLOAT16, (length, alsoInfinity) => inBits(length / 2, 0x7c00, alsoInfinity)],
  [DataType.BFLOAT16, (length, alsoInfinity) => inBits(length / 2, 0x7f80, alsoInfinity)],
]);

function inNumbers(values: Float32Array | Float64Array, count: number, alsoInfinity: boolean): number | null {
  if (Number.isFinite(sumOf(values, count))) return null;
  const isWanted = alsoInfinity ? (value: number) => !Number.isFinite(value) : Number.isNaN;
  return values.subarray(0, count).find(isWanted) ?? null;
}

/**
 * A sum that is finite only if all values are, four at a time: three times as fast as looking at each. What an earlier
 * piece left behind the last value may make it infinite, not finite.
 */
function sumOf(values: Float32Array | Float64Array, count: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let index = 0; index < count; index += 4) {
    a += values[index] ?? 0;
    b += values[index + 1] ?? 0;
    c += values[index + 2] ?? 0;
    d += values[index + 3] ?? 0;
  }
  return a + b + c + d;
}

/** @param exponent the exponent's bits of a 16-bit float: all set in NaN and infinity, whose mantissa is 0 */
function inBits(count: number, exponent: number, alsoInfinity: boolean): number | null {
  for (let index = 0; index < count; index++) {
    const bits = asHalves[index] ?? 0;
    if ((bits & exponent) !== exponent) continue;
    const isInfinity = (bits & 0x7fff) === exponent;
    if (alsoInfinity || !isInfinity) return isInfinity ? Infinity : NaN;
  }
  return null;
}
