import { GraphBuilder, type Value } from '../../onnx/builder.js';
import { type Graph, ints, type Node, output, type Shapes } from '../../onnx/graph.js';
import { elementCount, floatTensor, floatValues } from '../../onnx/tensor.js';
import { soleReaders } from '../../onnx/walk.js';
import type { Canonisable } from './canonisable.js';

/**
 * Joins a BatchNormalization that is written out behind a linear operator into one, BatchNormalization-15: constants scale
 * every channel, and others then shift it. The bias may stand before it, and a Transpose, which changes places with it.
 * So Keras writes it, channels last, and whoever computed μ, σ, γ and β into a factor and a term.
 */
export function joinBatchNormalization({ graph, image, shapes }: Canonisable): Canonisable {
  const find = writtenNormalizations(graph, shapes);
  const builder = new GraphBuilder('join/');
  const known = new Map(shapes);
  const replaced = new Map<Node, readonly Node[]>();
  for (const linear of graph.nodes) {
    const written = find(linear);
    if (written === null) continue;
    const { transpose, steps, last, channels } = written;
    const normal = transpose === null ? output(last) : `${output(last)}/normal`;
    const parameters = affine(steps, channels.count).map((values) =>
      builder.constant(floatTensor(values, [values.length])),
    );
    const joined: Node = {
      ...last,
      op: 'BatchNormalization',
      inputs: [output(linear), ...parameters],
      outputs: [normal],
      attributes: new Map([['epsilon', { type: 'float', value: 0 }]]),
    };
    known.set(normal, shapes.get(output(linear)) ?? []);
    for (const { node } of steps) replaced.set(node, []);
    replaced.set(linear, [linear, joined]);
    if (transpose !== null)
      replaced.set(transpose, [{ ...transpose, inputs: [normal], outputs: [output(last)] }]);
  }
  const nodes = graph.nodes.flatMap((node) => replaced.get(node) ?? [node]);
  const initializers = new Map([...graph.initializers, ...builder.initializers]);
  return { graph: { ...graph, nodes, initializers }, image, shapes: known };
}

interface Written {
  readonly transpose: Node | null;
  readonly steps: readonly Step[];
  /** The last step's. */
  readonly last: Node;
  readonly channels: Channels;
}

/** Finds what is written out behind a linear operator; null for nothing. */
function writtenNormalizations(graph: Graph, shapes: Shapes): (linear: Node) => Written | null {
  const soleReader = soleReaders(graph);
  return (linear) => {
    const size = shapes.get(output(linear)) ?? [];
    if (!LINEAR.has(linear.op)) return null;
    const next = soleReader(output(linear));
    const transpose = next?.op === 'Transpose' ? next : null;
    const axis = transpose === null ? 1 : (ints(transpose, 'perm')?.indexOf(1) ?? -1);
    const channels = { rank: size.length, axis, count: size[1] ?? 0 };
    const behind = stepsBehind(output(transpose ?? linear), soleReader, graph, channels);
    const steps = normalization(behind, channels.count);
    const last = steps.at(-1)?.node;
    return last === undefined ? null : { transpose, steps, last, channels };
  };
}

/** Operators with their output channels on axis 1 that a BatchNormalization is folded into. */
const LINEAR = new Set(['Conv', 'ConvTranspose', 'Gemm']);
const SCALES = new Set(['Mul', 'Div']);
const SHIFTS = new Set(['Add', 'Sub']);

/** One operator of arithmetic, and its constant: one value, or one a channel. */
interface Step {
  readonly node: Node;
  readonly values: Float32Array;
}

/** Where the channels are in the tensor that is normalised: its rank, and which axis of how many. */
interface Channels {
  readonly rank: number;
  readonly axis: number;
  readonly count: number;
}

/** The arithmetic with constants that a tensor goes through, and nothing else reads. */
function stepsBehind(
  tensor: Value,
  soleReader: (tensor: Value) => Node | null,
  graph: Graph,
  channels: Channels,
): readonly Step[] {
  const node = soleReader(tensor);
  const values = node === null ? null : constantOf(node, tensor, graph, channels);
  if (node === null || values === null) return [];
  return [{ node, values }, ...stepsBehind(output(node), soleReader, graph, channels)];
}

/** What arithmetic combines a tensor with: one value, or one a channel; null for anything else. */
function constantOf(
  { op, inputs }: Node,
  tensor: Value,
  { initializers }: Graph,
  { rank, axis, count }: Channels,
): Float32Array | null {
  const isCommutative = op === 'Add' || op === 'Mul';
  const other = inputs[inputs[0] === tensor ? 1 : 0] ?? '';
  const constant = initializers.get(other);
  if (constant === undefined || !(SCALES.has(op) || SHIFTS.has(op))) return null;
  if (!isCommutative && inputs[0] !== tensor) return null;
  const before = rank - constant.dims.length;
  const fits = constant.dims.every((size, index) => size === (before + index === axis ? count : 1));
  return fits || (before >= 0 && elementCount(constant.dims) === 1) ? floatValues(constant) : null;
}

/** The steps as far as they are a normalisation: a scale for each channel, and a shift after it; none where they are not. */
function normalization(steps: readonly Step[], count: number): readonly Step[] {
  const scale = steps.findIndex(({ node, values }) => SCALES.has(node.op) && values.length === count);
  const shift = steps.findLastIndex(({ node }) => SHIFTS.has(node.op));
  return scale >= 0 && shift > scale ? steps.slice(0, shift + 1) : [];
}

/** γ, β, μ = 0 and σ² = 1 of the steps together. */
function affine(steps: readonly Step[], count: number): readonly (readonly number[])[] {
  const zeros = new Array<number>(count).fill(0);
  const ones = new Array<number>(count).fill(1);
  const through = (from: readonly number[], ops: ReadonlySet<string>): readonly number[] =>
    steps
      .filter(({ node }) => ops.has(node.op))
      .reduce(
        (current, { node, values }) =>
          current.map((value, index) => applied(node.op, value, values[index % values.length] ?? NaN)),
        from,
      );
  return [through(ones, SCALES), through(zeros, new Set([...SCALES, ...SHIFTS])), zeros, ones];
}

function applied(op: string, value: number, constant: number): number {
  if (op === 'Mul') return value * constant;
  if (op === 'Div') return value / constant;
  return op === 'Add' ? value + constant : value - constant;
}
