import type { Value } from '../onnx/builder.js';
import { input, type Node } from '../onnx/graph.js';

/** Where a value comes from: it is scale · p + shift, p the probability that a row stands for, or its logarithm. */
export interface Source {
  /** Place in [z, −z], the logits and their negations. */
  readonly row: number;
  readonly scale: number;
  readonly shift: number;
}

/** Where the values of a tensor behind the logits come from. */
export interface Origin {
  /** Several for an ensemble, which has no sources. */
  readonly logits: readonly Value[];
  /** What made probabilities last. */
  readonly own: 'softmax' | 'sigmoid';
  /** `other` are functions of probabilities that order them alike. */
  readonly values: 'probabilities' | 'logarithms' | 'other';
  /** One for each value. */
  readonly sources: readonly Source[];
}

/** What is added before a logarithm keeps it finite. */
const EPSILON = 1e-3;

/** Each value is the probability of its row. */
export function asProbabilities(origin: Origin): Origin {
  return { ...origin, values: 'probabilities', sources: origin.sources.map(plain) };
}

/** So many values that stand for a row each. */
export function rowsOf(count: number): readonly Source[] {
  return Array.from({ length: count }, (_, row) => ({ row, scale: 1, shift: 0 }));
}

export function plain({ row }: Source): Source {
  return { row, scale: 1, shift: 0 };
}

/** The higher the value, the higher the result. */
export function risen(node: Node, origin: Origin): Origin {
  const { values, sources } = origin;
  const isPlain = sources.every(({ scale, shift }) => scale === 1 && Math.abs(shift) < EPSILON);
  if (node.op === 'Exp' && values === 'logarithms') return { ...origin, values: 'probabilities' };
  if (node.op === 'Log' && values === 'probabilities' && isPlain) return { ...origin, values: 'logarithms' };
  return { ...origin, values: 'other' };
}

/** How a constant changes a value. */
interface Step {
  readonly times: number;
  readonly plus: number;
}

/** By operator and constant, which is the second operand or the first; null where the order of values is lost. */
const STEPS: Readonly<Record<string, (c: number, isSecond: boolean) => Step | null>> = {
  Add: (c) => ({ times: 1, plus: c }),
  Sum: (c) => ({ times: 1, plus: c }),
  Sub: (c, isSecond) => (isSecond ? { times: 1, plus: -c } : { times: -1, plus: c }),
  Mul: (c) => (c === 0 ? null : { times: c, plus: 0 }),
  Div: (c, isSecond) => (isSecond && c !== 0 ? { times: 1 / c, plus: 0 } : null),
  Pow: (c, isSecond) => (isSecond && c > 0 ? { times: 1, plus: 0 } : null),
  Neg: () => ({ times: -1, plus: 0 }),
  Max: () => ({ times: 1, plus: 0 }),
  Min: () => ({ times: 1, plus: 0 }),
};

/** Operators with one operand that is not constant. */
export const ARITHMETIC: ReadonlySet<string> = new Set(Object.keys(STEPS));

/**
 * A value times and plus constants; where that falls in it, it speaks for the negation of its row.
 * @param x the operand that is not constant
 * @param size how many values come out
 * @param rows how many logits there are
 * @returns null where a value loses its row
 */
export function withConstants(
  node: Node,
  x: Value,
  origin: Origin,
  {
    size,
    rows,
    constant,
  }: { size: number; rows: number; constant: (tensor: Value) => readonly number[] | null },
): Origin | null {
  const isSecond = input(node, 0) === x;
  const constants = node.op === 'Neg' ? [-1] : constant(input(node, isSecond ? 1 : 0));
  const { length } = origin.sources;
  if (constants === null || (length !== size && length !== 1)) return null;
  const sources = Array.from({ length: size }, (_, place) => {
    const source = origin.sources[length === 1 ? 0 : place];
    const step = STEPS[node.op]?.(constants[constants.length === 1 ? 0 : place] ?? 0, isSecond);
    return source && step ? stepped(source, step, origin.values, rows) : null;
  });
  const whole = sources.filter((source) => source !== null);
  if (whole.length < size) return null;
  const isBent = node.op === 'Pow' && constants.some((value) => value !== 1);
  return { ...origin, sources: whole, values: isBent ? 'other' : origin.values };
}

function stepped(
  source: Source,
  { times, plus }: Step,
  values: Origin['values'],
  rows: number,
): Source | null {
  const { row } = source;
  const [scale, shift] = [source.scale * times, source.shift * times + plus];
  // The logarithm of a probability, negated, still stands for that one.
  if (times > 0 || values === 'logarithms') return { row, scale, shift };
  // scale · p + shift = −scale · (1 − p) + scale + shift
  const turned = { row: (row + rows) % (2 * rows), scale: -scale, shift: scale + shift };
  return turned;
}
