import { type Graph, input, type Node, type Shapes } from '../../onnx/graph.js';
import { producers, reachedFrom } from '../../onnx/walk.js';
import { keptAxes, scalarOf } from './parameters.js';

/** What a norm does: x is standardised over some axes, by its own mean or (root mean square) by 0. */
export interface Norm {
  readonly x: string;
  /** Not negative, ascending. */
  readonly axes: readonly number[];
  readonly epsilon: number;
  readonly isCentred: boolean;
}

/** A written-out norm that ends in a node: scale · x̂ + shift, with constants; null for none. */
export interface WrittenNorm {
  readonly norm: Norm;
  readonly scale: string | null;
  readonly shift: string | null;
}

/** A variance, or with a constant scale the inverse of its root. */
type Variance = Omit<Norm, 'epsilon'>;
type Inverse = Norm & { readonly scale: string | null };

/** What keeps a variance from falling below 0. */
const LIMITS = new Set(['Relu', 'Max', 'Clip']);

/** Recognises written-out norms by their last node. */
export class NormParts {
  readonly #graph: Graph;
  readonly #shapes: Shapes;
  readonly #producer: ReadonlyMap<string, Node>;
  readonly #fromImage: ReadonlySet<string>;

  constructor(graph: Graph, image: string, shapes: Shapes) {
    this.#graph = graph;
    this.#shapes = shapes;
    this.#producer = producers(graph);
    this.#fromImage = reachedFrom(graph, image);
  }

  /** (x − μ) / σ, (x − μ) · σ⁻¹, x · σ⁻¹ − μ · σ⁻¹ and x · σ⁻¹ + (β − μ · σ⁻¹); of root mean squares the same without μ. */
  endingIn(node: Node): WrittenNorm | null {
    const [a, b] = [input(node, 0), input(node, 1)];
    switch (node.op) {
      case 'Div': {
        const deviation = this.#deviation(b);
        return deviation && this.#applied(a, { ...deviation, scale: null });
      }
      case 'Mul':
        return this.#times(a, b) ?? this.#times(b, a);
      case 'Sub':
        return this.#less(a, this.#factors(b), null);
      case 'Add':
        return this.#plus(a, b) ?? this.#plus(b, a);
      default:
        return null;
    }
  }

  #times(data: string, factor: string): WrittenNorm | null {
    const inverse = this.#inverse(factor);
    return inverse && this.#applied(data, inverse);
  }

  /** What a deviation of x makes of x, or of x less its mean. */
  #applied(data: string, { scale, ...norm }: Inverse): WrittenNorm | null {
    const centre = this.#centred(data);
    const fits = norm.isCentred ? centre?.x === norm.x && hasSameAxes(centre, norm) : data === norm.x;
    return fits ? { norm, scale, shift: null } : null;
  }

  /** x · σ⁻¹ + (β − μ · σ⁻¹), where the second term may be written as −μ · σ⁻¹ + β. */
  #plus(data: string, offset: string): WrittenNorm | null {
    const node = this.#producer.get(offset);
    const [a = '', b = ''] = node?.inputs ?? [];
    if (node?.op === 'Sub') return this.#fromImage.has(a) ? null : this.#less(data, this.#factors(b), a);
    if (node?.op !== 'Add') return this.#less(data, this.#negated(offset), null);
    const [term, shift] = this.#fromImage.has(a) ? [a, b] : [b, a];
    return this.#fromImage.has(shift) ? null : this.#less(data, this.#negated(term), shift);
  }

  /**
   * x · σ⁻¹ − μ · σ⁻¹ + shift, with the same factor in both.
   * @param products the ways to read what is subtracted as a product
   */
  #less(
    data: string,
    products: readonly (readonly [string, string])[],
    shift: string | null,
  ): WrittenNorm | null {
    for (const [x, factor] of this.#factors(data)) {
      const inverse = this.#inverse(factor);
      if (inverse?.isCentred !== true || inverse.x !== x) continue;
      const isMeanTimes = products.some(([mean, other]) => {
        const found = this.#mean(mean);
        return other === factor && found?.x === x && hasSameAxes(found, inverse);
      });
      const { scale, ...norm } = inverse;
      if (isMeanTimes) return { norm, scale, shift };
    }
    return null;
  }

  /** The operands of a product whose negative this is: −(a · b) or (−a) · b. */
  #negated(tensor: string): readonly (readonly [string, string])[] {
    const inner = (name: string): string | null => {
      const node = this.#producer.get(name);
      return node?.op === 'Neg' ? input(node, 0) : null;
    };
    const whole = inner(tensor);
    if (whole !== null) return this.#factors(whole);
    return this.#factors(tensor).flatMap(([a, b]) => {
      const positive = inner(a);
      return positive === null ? [] : [[positive, b] as const];
    });
  }

  /** The operands of a product, both ways round. */
  #factors(tensor: string): readonly (readonly [string, string])[] {
    const node = this.#producer.get(tensor);
    const [a, b] = node?.op === 'Mul' ? node.inputs : [];
    return a === undefined || b === undefined
      ? []
      : [
          [a, b],
          [b, a],
        ];
  }

  /** σ⁻¹, as 1/√, a reciprocal or a power, perhaps times a constant. */
  #inverse(tensor: string): Inverse | null {
    const node = this.#producer.get(tensor);
    if (node === undefined) return null;
    const root = this.#inverseRoot(node) ?? this.#dividedByDeviation(node);
    if (root !== null) return { scale: null, ...root };
    for (const [inner, scale] of this.#factors(tensor)) {
      const inverse = this.#fromImage.has(scale) ? null : this.#inverse(inner);
      if (inverse?.scale === null) return { ...inverse, scale };
    }
    return null;
  }

  #inverseRoot(node: Node): Norm | null {
    const [a, b] = [input(node, 0), input(node, 1)];
    if (node.op === 'Reciprocal') return this.#deviation(a);
    return node.op === 'Pow' && this.#scalar(b) === -0.5 ? this.#variancePlus(a) : null;
  }

  /** 1 / σ, or γ / σ, as ONNX Runtime brings 1 / σ · γ together. */
  #dividedByDeviation(node: Node): Inverse | null {
    const [above, below] = [input(node, 0), input(node, 1)];
    const deviation = node.op === 'Div' && !this.#fromImage.has(above) ? this.#deviation(below) : null;
    return deviation && { ...deviation, scale: this.#scalar(above) === 1 ? null : above };
  }

  /** σ = √(variance + ε) */
  #deviation(tensor: string): Norm | null {
    const node = this.#producer.get(tensor);
    const isRoot = node?.op === 'Sqrt' || (node?.op === 'Pow' && this.#scalar(input(node, 1)) === 0.5);
    return node !== undefined && isRoot ? this.#variancePlus(input(node, 0)) : null;
  }

  #variancePlus(tensor: string): Norm | null {
    const node = this.#producer.get(tensor);
    if (node?.op !== 'Add') return null;
    for (const [a, b] of [node.inputs, node.inputs.toReversed()]) {
      const [variance, epsilon] = [this.#variance(a ?? ''), this.#scalar(b ?? '')];
      if (variance !== null && epsilon !== null) return { ...variance, epsilon };
    }
    return null;
  }

  /** mean((x − mean(x))²), mean(x²) − mean(x)², perhaps kept from falling below 0, or mean(x²). */
  #variance(tensor: string): Variance | null {
    const node = this.#producer.get(tensor);
    if (node === undefined) return null;
    if (LIMITS.has(node.op)) return this.#variance(input(node, 0));
    if (node.op === 'Sub') return this.#differenceOfSquares(node);
    const square = this.#meanSquare(tensor);
    const centre = square && this.#centred(square.x);
    if (square === null || centre === null) return square && { ...square, isCentred: false };
    return hasSameAxes(centre, square) ? { ...centre, isCentred: true } : null;
  }

  /** mean(x²) − mean(x)² */
  #differenceOfSquares(node: Node): Variance | null {
    const [square, mean] = [this.#meanSquare(input(node, 0)), this.#squared(input(node, 1))];
    const centre = mean === null ? null : this.#mean(mean);
    const isSame = centre !== null && centre.x === square?.x && hasSameAxes(centre, square);
    return isSame ? { ...square, isCentred: true } : null;
  }

  #meanSquare(tensor: string): Pick<Norm, 'x' | 'axes'> | null {
    const mean = this.#mean(tensor);
    const x = mean && this.#squared(mean.x);
    return mean === null || x === null ? null : { x, axes: mean.axes };
  }

  /** x of x − mean(x) */
  #centred(tensor: string): Pick<Norm, 'x' | 'axes'> | null {
    const node = this.#producer.get(tensor);
    const mean = node?.op === 'Sub' ? this.#mean(input(node, 1)) : null;
    return node !== undefined && mean?.x === input(node, 0) ? mean : null;
  }

  /** x of x² */
  #squared(tensor: string): string | null {
    const node = this.#producer.get(tensor);
    const [a, b] = node?.inputs ?? [];
    const isSquare = (node?.op === 'Mul' && a === b) || (node?.op === 'Pow' && this.#scalar(b ?? '') === 2);
    return isSquare ? (a ?? null) : null;
  }

  /** x of mean(x), whose axes are kept. */
  #mean(tensor: string): Pick<Norm, 'x' | 'axes'> | null {
    const node = this.#producer.get(tensor);
    const axes = node?.op === 'ReduceMean' ? keptAxes(node, this.#graph, this.#shapes) : null;
    return node === undefined || axes === null ? null : { x: input(node, 0), axes };
  }

  #scalar(tensor: string): number | null {
    return scalarOf(this.#graph, tensor);
  }
}

function hasSameAxes(a: Pick<Norm, 'axes'>, b: Pick<Norm, 'axes'>): boolean {
  return a.axes.join() === b.axes.join();
}
