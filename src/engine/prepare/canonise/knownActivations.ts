import type { Attribute } from '../../onnx/graph.js';
import { erf, sigmoid, softplus } from './scalarFunctions.js';

/** An operator that a function of one number is. */
export interface KnownActivation {
  readonly op: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
}

interface Candidate extends KnownActivation {
  readonly f: (x: number) => number;
}

/** Where functions are compared: close to 0, around it, and far out. */
const PLACES = [
  ...Array.from({ length: 65 }, (_, index) => (index - 32) / 4 + 0.03),
  ...[-40, -20, -1e-3, 0, 1e-3, 20, 40],
];

/** Half-precision constants move a function by less than this; GELU and its approximation are ten times as far apart. */
const TOLERANCE = 5e-5;

/**
 * The operator that computes a function.
 * @returns the closest; null for a function that is none
 */
export function activationOf(f: (x: number) => number): KnownActivation | null {
  const values = PLACES.map(f);
  if (!values.every(Number.isFinite)) return null;
  const distance = (candidate: Candidate): number =>
    Math.max(
      ...PLACES.map((x, index) => {
        const expected = candidate.f(x);
        return Math.abs((values[index] ?? NaN) - expected) / Math.max(1, Math.abs(expected));
      }),
    );
  const [closest] = candidatesFor(f)
    .map((candidate) => ({ candidate, off: distance(candidate) }))
    .filter(({ off }) => off < TOLERANCE)
    .sort((a, b) => a.off - b.off);
  return closest?.candidate ?? null;
}

/** What a function multiplies all below 0 by that leaves all else as it is, like PRelu; null for any other function. */
export function slopeOf(f: (x: number) => number): number | null {
  const slope = -f(-1);
  const isPRelu = SLOPE_PLACES.every((x) => {
    const expected = x < 0 ? slope * x : x;
    return Math.abs(f(x) - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
  });
  return isPRelu ? slope : null;
}

const SLOPE_PLACES = [-40, -3, -1, -0.01, 0, 0.01, 1, 3, 40];

/** Every operator, with the parameters that would fit at a place or two. */
function candidatesFor(f: (x: number) => number): readonly Candidate[] {
  const gate = f(1);
  const [middle, slope] = [f(0), f(0.5) - f(-0.5)];
  return [
    known('Relu', (x) => Math.max(x, 0)),
    known('Sigmoid', sigmoid),
    known('Softplus', softplus),
    known('Mish', (x) => x * Math.tanh(softplus(x))),
    known('HardSwish', (x) => x * hardSigmoid(x, 1 / 6, 0.5)),
    known('Gelu', (x) => (x * (1 + erf(x * Math.SQRT1_2))) / 2),
    known('Gelu', geluByTanh, { approximate: { type: 'string', value: 'tanh' } }),
    ...withParameter(Math.log(gate / (1 - gate)), (alpha) =>
      known('Swish', (x) => x * sigmoid(alpha * x), { alpha: number(alpha) }),
    ),
    ...withParameter(f(-1) > -1 ? -f(-1) : 0, (alpha) =>
      known('LeakyRelu', (x) => (x < 0 ? alpha * x : x), { alpha: number(alpha) }),
    ),
    ...withParameter(-f(-40), (alpha) =>
      known('Elu', (x) => (x < 0 ? alpha * Math.expm1(x) : x), { alpha: number(alpha) }),
    ),
    ...withParameter(slope, (alpha) =>
      known('HardSigmoid', (x) => hardSigmoid(x, alpha, middle), {
        alpha: number(alpha),
        beta: number(middle),
      }),
    ),
  ];
}

function known(
  op: string,
  f: Candidate['f'],
  attributes: Readonly<Record<string, Attribute>> = {},
): Candidate {
  return { op, f, attributes: new Map(Object.entries(attributes)) };
}

function withParameter(value: number, candidate: (value: number) => Candidate): readonly Candidate[] {
  return Number.isFinite(value) && value > 0 ? [candidate(value)] : [];
}

function number(value: number): Attribute {
  return { type: 'float', value };
}

function hardSigmoid(x: number, alpha: number, beta: number): number {
  return Math.min(1, Math.max(0, alpha * x + beta));
}

function geluByTanh(x: number): number {
  return (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2;
}
