/** What a graph's constants are made of, in terms of a checkpoint's tensors: it serves every checkpoint of a run. */
export interface Recipe {
  /** Which of several states of a checkpoint is meant; null for the one to be taken first. */
  readonly entry: string | null;
  readonly steps: readonly Step[];
  /** Tensors of which nothing stands in the graph and all values were the same: the exporter may have left them out. */
  readonly leftOut: readonly LeftOut[];
}

/** A tensor of zeros, which added nothing, or of ones, which scaled nothing. */
export interface LeftOut {
  readonly names: Part['names'];
  readonly value: number;
}

/** One constant, or those readings of it that are made of something else than the others. */
export interface Step {
  /** null for an operator that reads no bias since that was zeros: it gets one. */
  readonly constant: string | null;
  /** Keys of the readings (`keyOf`); null for all of them. */
  readonly readings: readonly string[] | null;
  readonly source: Source;
}

/** A tensor of a checkpoint. */
export interface Part {
  /** Its name without wrappers; several where tied weights have them. */
  readonly names: readonly [string, ...string[]];
  readonly dims: readonly number[];
}

export type Source =
  /** A tensor with its dimensions in another order. */
  | { readonly kind: 'copy'; readonly tensor: Part; readonly order: readonly number[] }
  /** A linear operator's weight, times γ/√(σ² + ε) of the normalisation behind it along the axis of its outputs. */
  | { readonly kind: 'scaled'; readonly weight: Part; readonly axis: number; readonly norm: Norm<Part> }
  /** Its bias: (b − μ) γ/√(σ² + ε) + β. */
  | { readonly kind: 'shifted'; readonly bias: Part | null; readonly norm: Norm<Part> };

/** A BatchNormalization; γ = 1 and β = 0 where it has none. */
export interface Norm<T> {
  readonly gamma: T | null;
  readonly beta: T | null;
  readonly mean: T;
  readonly variance: T;
  readonly epsilon: number;
}

/** Where a constant is read, the same each time the file is read. */
export function keyOf({
  node,
  input,
}: {
  readonly node: { readonly outputs: readonly string[] };
  readonly input: number;
}): string {
  return `${input} ${node.outputs.join()}`;
}
