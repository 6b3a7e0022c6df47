import { type Graph, input, type Node, output, type Shapes } from '../../onnx/graph.js';
import { elementCount, int64Tensor, type Tensor } from '../../onnx/tensor.js';
import { consumers, needed, producers } from '../../onnx/walk.js';
import { Replacement } from '../replacement.js';
import type { Canonisable } from './canonisable.js';
import { keptAxes } from './parameters.js';

/**
 * Joins the parts of a written-out softmax, exp x / Σ exp x along one axis or neighbouring ones, or of its logarithm
 * x − log Σ exp x into the operator; the largest x may be subtracted first. Parts that others read stay apart.
 */
export function joinSoftmax({ graph, image, shapes }: Canonisable): Canonisable {
  const parts = new SoftmaxParts(graph, shapes);
  const constants = new Map(graph.initializers);
  const known = new Map(shapes);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const found = parts.endingIn(node);
    return found === null ? [node] : joined(node, found, constants, known);
  });
  const reduced = { ...graph, nodes: needed(nodes, graph.outputs), initializers: constants };
  return { graph: reduced, image, shapes: known };
}

interface WrittenSoftmax {
  readonly op: 'Softmax' | 'LogSoftmax';
  readonly x: string;
  /** Neighbours, ascending. */
  readonly axes: readonly number[];
}

/** The operator, which has one axis: several are put together before it and taken apart behind it. */
function joined(
  node: Node,
  { op, x, axes }: WrittenSoftmax,
  constants: Map<string, Tensor>,
  shapes: Map<string, readonly number[]>,
): readonly Node[] {
  const parts = new Replacement(node);
  const [first = 0, ...others] = axes;
  const axis = { axis: { type: 'int', value: first } } as const;
  const shape = shapes.get(x) ?? [];
  if (others.length === 0) return parts.end(op, [x], axis);
  const reshaped = (name: string, to: readonly number[]): readonly string[] => {
    const wanted = `${output(node)}/shape-of-${name}`;
    constants.set(wanted, int64Tensor(to));
    return [name, wanted];
  };
  const together = shape.toSpliced(first, axes.length, elementCount(axes.map((each) => shape[each] ?? 1)));
  const flat = parts.add('Reshape', reshaped(x, together));
  const shares = parts.add(op, [flat], axis);
  for (const name of [flat, shares]) shapes.set(name, together);
  return parts.end('Reshape', reshaped(shares, shape));
}

class SoftmaxParts {
  readonly #graph: Graph;
  readonly #shapes: Shapes;
  readonly #producer: ReadonlyMap<string, Node>;
  readonly #readers: ReadonlyMap<string, readonly Node[]>;
  readonly #outputs: ReadonlySet<string>;

  constructor(graph: Graph, shapes: Shapes) {
    this.#graph = graph;
    this.#shapes = shapes;
    this.#producer = producers(graph);
    this.#readers = consumers(graph);
    this.#outputs = new Set(graph.outputs.map(({ name }) => name));
  }

  endingIn(node: Node): WrittenSoftmax | null {
    switch (node.op) {
      case 'Div':
        return this.#quotient(node, input(node, 0), input(node, 1), []);
      case 'Mul':
        return this.#timesReciprocal(node);
      case 'Exp':
        return this.#exponential(node);
      case 'Sub':
        return this.#logarithm(node);
      default:
        return null;
    }
  }

  /** e / Σ e of e = exp x */
  #quotient(end: Node, e: string, divisor: string, between: readonly Node[]): WrittenSoftmax | null {
    const [exp, sum] = [this.#made(e, 'Exp'), this.#made(divisor, 'ReduceSum')];
    if (exp === null || sum === null || input(sum, 0) !== e) return null;
    return this.#softmaxOf('Softmax', input(exp, 0), sum, [end, ...between, exp, sum]);
  }

  #timesReciprocal(end: Node): WrittenSoftmax | null {
    for (const [e = '', other = ''] of [end.inputs, end.inputs.toReversed()]) {
      const inverse = this.#made(other, 'Reciprocal');
      const found = inverse && this.#quotient(end, e, input(inverse, 0), [inverse]);
      if (found) return found;
    }
    return null;
  }

  /** exp(x − log Σ exp x) */
  #exponential(end: Node): WrittenSoftmax | null {
    const difference = this.#made(input(end, 0), 'Sub');
    return difference && this.#lessLogSum('Softmax', difference, [end, difference]);
  }

  /** x − log Σ exp x, unless it goes on as an exponential */
  #logarithm(end: Node): WrittenSoftmax | null {
    const isExponent = this.#readers.get(output(end))?.every(({ op }) => op === 'Exp') === true;
    return isExponent ? null : this.#lessLogSum('LogSoftmax', end, [end]);
  }

  #lessLogSum(op: WrittenSoftmax['op'], difference: Node, ends: readonly Node[]): WrittenSoftmax | null {
    const [x, logSum] = [input(difference, 0), input(difference, 1)];
    const whole = this.#made(logSum, 'ReduceLogSumExp');
    if (whole !== null) return input(whole, 0) === x ? this.#softmaxOf(op, x, whole, [...ends, whole]) : null;
    const log = this.#made(logSum, 'Log');
    const sum = log && this.#made(input(log, 0), 'ReduceSum');
    const exp = sum && this.#made(input(sum, 0), 'Exp');
    if (log === null || sum === null || exp === null || input(exp, 0) !== x) return null;
    return this.#softmaxOf(op, x, sum, [...ends, log, sum, exp]);
  }

  /** @param shifted x, or x less its maximum */
  #softmaxOf(
    op: WrittenSoftmax['op'],
    shifted: string,
    sum: Node,
    parts: readonly Node[],
  ): WrittenSoftmax | null {
    const axes = keptAxes(sum, this.#graph, this.#shapes) ?? [];
    if (axes.length === 0 || axes.some((axis, place) => axis - place !== axes[0])) return null;
    const shift = this.#made(shifted, 'Sub');
    const largest = shift && this.#made(input(shift, 1), 'ReduceMax');
    const isShifted = shift !== null && largest !== null && input(largest, 0) === input(shift, 0);
    const isAlong = isShifted && axes.every((axis) => this.#shapes.get(output(largest))?.[axis] === 1);
    const all = isAlong ? [...parts, shift, largest] : parts;
    return this.#areClosed(all) ? { op, x: isAlong ? input(shift, 0) : shifted, axes } : null;
  }

  /** Whether nobody else reads what these nodes compute; the first may be read by anybody. */
  #areClosed(parts: readonly Node[]): boolean {
    return parts.slice(1).every((part) => {
      const name = output(part);
      const readers = this.#readers.get(name) ?? [];
      return !this.#outputs.has(name) && readers.every((reader) => parts.includes(reader));
    });
  }

  #made(tensor: string, op: string): Node | null {
    const node = this.#producer.get(tensor);
    return node?.op === op && node.domain === '' ? node : null;
  }
}
