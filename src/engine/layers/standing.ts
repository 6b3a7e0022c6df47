import { type Node } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import type { Places } from './places.js';

/** Where a tensor's elements stand; a product of queries and keys stands at two places at once, those of both. */
export type Standing = readonly Places[];

export interface Operand {
  readonly shape: readonly number[];
  readonly standing: Standing;
}

/** One output of a node, of which it is asked where it stands. */
export interface Step {
  readonly node: Node;
  readonly operands: readonly Operand[];
  readonly shape: readonly number[];
  /** The steps of an axis that come before this output. */
  readonly before: (axis: number) => number;
  readonly constant: (
    index: number,
  ) => { readonly values: readonly number[]; readonly dims: readonly number[] } | null;
  /** The picture cut into the tensor's rows and columns, which lie along these axes. */
  readonly picture: (y: number, x: number) => Standing;
}

/** Where an output stands; empty where nothing is known. */
export type Rule = (step: Step) => Standing;

/** How many parts of the picture an operand tells apart. */
export function count({ standing }: Pick<Operand, 'standing'>): number {
  return standing.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** Operators that move the elements of their first operand. */
export function moving(move: (places: Places, step: Step, from: readonly number[]) => Places | null): Rule {
  return (step) => {
    const [first] = step.operands;
    return first?.standing.flatMap((places) => move(places, step, first.shape) ?? []) ?? [];
  };
}
