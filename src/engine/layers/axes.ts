import { type Graph, input, int, ints, type Node, type Shapes, text } from '../onnx/graph.js';
import type { Grid } from './grid.js';

/** What an axis runs over. T: tokens, some of them in front of the grid; X: anything else. */
type Kind = 'C' | 'H' | 'W' | 'T' | 'X';

/**
 * A factor of an axis. Reshaping splits an axis into factors and joins them again; `id` tells which axis a factor came
 * from, `total` that axis's size, and `stride` how many of its steps one step of the factor is.
 */
interface Part {
  readonly kind: Kind;
  readonly id: number;
  readonly size: number;
  readonly total: number;
  readonly stride: number;
  /** For T: tokens in front of the grid, and the grid's rows. */
  readonly before: number;
  readonly rows: number;
}

/** The factors of every axis of a tensor, slowest first; an axis of size 1 has none. */
type Axes = readonly (readonly Part[])[];

/**
 * Follows channels, rows and columns from the image through transposes, reshapes and products, and tells which tensors
 * are feature maps: (1, C, H, W), (1, H, W, C), or token grids (1, T, C).
 */
export function findGrids(
  graph: Graph,
  image: string,
  layout: 'NCHW' | 'NHWC',
  shapes: Shapes,
): Map<string, Grid> {
  const follower = new Follower(shapes);
  const [, second = 1, third = 1, fourth = 1] = shapes.get(image) ?? [];
  const kinds: readonly Kind[] = layout === 'NCHW' ? ['C', 'H', 'W'] : ['H', 'W', 'C'];
  follower.known.set(image, [
    [],
    ...[second, third, fourth].map((size, index) => follower.whole(kinds[index] ?? 'X', size)),
  ]);
  const grids = new Map<string, Grid>();
  for (const node of graph.nodes)
    for (const output of node.outputs) {
      const shape = shapes.get(output);
      const axes = shape === undefined ? null : follower.axesOf(node, shape);
      if (axes === null || shape === undefined) continue;
      follower.known.set(output, axes);
      const grid = gridOf(axes, shape);
      if (grid !== null) grids.set(output, grid);
    }
  return grids;
}

class Follower {
  readonly known = new Map<string, Axes>();
  readonly #shapes: Shapes;
  #count = 0;
  /** Operators that do more than keep every axis in its place. */
  readonly #rules = new Map<
    string,
    (node: Node, shape: readonly number[], axes: Axes, source: string) => Axes | null
  >([
    ['Shape', () => null],
    ['Size', () => null],
    ['Transpose', (node, _, axes) => transposed(node, axes)],
    ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'].map(
      (op) => [op, (_: Node, shape: readonly number[], axes: Axes) => regroup(axes.flat(), shape)] as const,
    ),
    ...['Conv', 'ConvTranspose'].map(
      (op) => [op, (_: Node, shape: readonly number[]) => this.#picture(shape)] as const,
    ),
    ...['MatMul', 'Gemm'].map(
      (op) => [op, (node: Node, shape: readonly number[]) => this.#product(node, shape)] as const,
    ),
    ['Einsum', (node, shape) => this.#einsum(node, shape)],
    ['Concat', (node, shape, axes) => this.#concatenation(node, axes, shape)],
    [
      'Slice',
      (node, shape, axes, source) =>
        this.#withoutTokens(axes, source, shape) ?? this.#alike(node, axes, source, shape),
    ],
    ['Gather', (node, shape, axes, source) => this.#gathered(node, axes, source, shape)],
  ]);

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  /** An axis of its own. Tokens of which nobody knows the grid, a part of others, are just anything. */
  whole(kind: Kind, size: number, before = 0, rows = 0): readonly Part[] {
    this.#count += 1;
    const known = kind === 'T' && rows === 0 ? 'X' : kind;
    return size === 1 ? [] : [{ kind: known, id: this.#count, size, total: size, stride: 1, before, rows }];
  }

  /** The axes of a node's output of this shape; null where nothing is known of them. */
  axesOf(node: Node, shape: readonly number[]): Axes | null {
    const source = node.inputs.find((name) => this.known.has(name));
    if (source === undefined) return null;
    const axes = this.known.get(source) ?? [];
    const follow = this.#rules.get(node.op);
    return follow === undefined ? this.#alike(node, axes, source, shape) : follow(node, shape, axes, source);
  }

  /** A convolution puts out (N, C, H, W), whatever it was given. */
  #picture(shape: readonly number[]): Axes | null {
    const kinds: readonly Kind[] = ['X', 'C', 'H', 'W'];
    return shape.length === 4 ? shape.map((size, axis) => this.whole(kinds[axis] ?? 'X', size)) : null;
  }

  /** The axes of an input of the same shape, the best known one; else axes of the same kinds. */
  #alike(node: Node, axes: Axes, source: string, shape: readonly number[]): Axes | null {
    const same = node.inputs.flatMap((name) =>
      this.#shapes.get(name)?.join() === shape.join() ? [this.known.get(name) ?? []] : [],
    );
    const unknown = (candidate: Axes): number => candidate.flat().filter(({ kind }) => kind === 'X').length;
    const [best] = same.filter((candidate) => candidate.length > 0).sort((a, b) => unknown(a) - unknown(b));
    if (best !== undefined) return best;
    const old = this.#shapes.get(source) ?? [];
    if (old.length !== shape.length) return null;
    return shape.map((size, axis) =>
      size === old[axis] ? (axes[axis] ?? []) : this.whole(kindOf(axes[axis] ?? []), size),
    );
  }

  /** A product with a constant makes new channels; attention takes rows from one operand, columns from the other. */
  #product(node: Node, shape: readonly number[]): Axes | null {
    const turned = (index: number, flag: string): Axes | undefined => {
      const axes = this.known.get(input(node, index));
      return axes && int(node, flag, 0) === 1 ? axes.toReversed() : axes;
    };
    const [left, right] = [turned(0, 'transA'), turned(1, 'transB')];
    const last = shape.at(-1) ?? 1;
    if (left === undefined) {
      if (right?.length !== shape.length) return null;
      const rows = right.at(-2) ?? [];
      const fresh = this.whole(kindOf(rows) === 'C' ? 'C' : 'X', shape.at(-2) ?? 1);
      return [...right.slice(0, -2), fresh, right.at(-1) ?? []];
    }
    if (right !== undefined) return [...left.slice(0, -1), right.at(-1) ?? []];
    const kind = kindOf(left.at(-1) ?? []);
    return [...left.slice(0, -1), this.whole(kind === 'C' || kind === 'X' ? 'C' : 'X', last)];
  }

  /** Each letter of the result is an axis of an operand from the image, or with constant weights a new one of channels. */
  #einsum(node: Node, shape: readonly number[]): Axes {
    const [operands = '', result = ''] = text(node, 'equation', '').replaceAll(' ', '').split('->');
    const letters = operands.split(',');
    return shape.map((size, axis) => {
      const found = letters.flatMap((operand, index) => {
        const axes = this.known.get(input(node, index));
        return axes?.[operand.indexOf(result[axis] ?? ' ')] ?? [];
      });
      return found.length > 0 ? found : this.whole('C', size);
    });
  }

  /** Tokens put in front of a grid make tokens; other parts of one kind stay of that kind. */
  #concatenation(node: Node, axes: Axes, shape: readonly number[]): Axes {
    const raw = int(node, 'axis', 0);
    const axis = raw < 0 ? raw + shape.length : raw;
    const along = node.inputs.flatMap((name) => {
      const known = this.known.get(name);
      return known === undefined ? [] : [{ name, parts: known[axis] ?? [] }];
    });
    const grids = along.filter(({ parts }) => isComplete(parts, 'HW'));
    const [grid] = grids;
    const isLast = grid !== undefined && grids.length === 1 && node.inputs.at(-1) === grid.name;
    const size = shape[axis] ?? 1;
    const kinds = new Set(along.map(({ parts }) => kindOf(parts)).filter((kind) => kind !== 'X'));
    const [kind = 'C'] = kinds.size === 1 ? kinds : [];
    const joined =
      isLast && node.inputs.length > 1
        ? this.whole('T', size, size - product(grid.parts), grid.parts[0]?.size ?? 1)
        : this.whole(kind, size);
    return axes.map((parts, index) => (index === axis ? joined : parts));
  }

  /** The grid again, where a Slice takes away the tokens in front of it. */
  #withoutTokens(axes: Axes, source: string, shape: readonly number[]): Axes | null {
    const [tokens, ...others] = axes[1] ?? [];
    const length = shape[1] ?? 0;
    const taken = (this.#shapes.get(source)?.[1] ?? 0) - length;
    if (shape.length !== 3 || tokens?.kind !== 'T' || others.length > 0 || taken !== tokens.before)
      return null;
    const grid = [...this.whole('H', tokens.rows), ...this.whole('W', length / tokens.rows)];
    return [axes[0] ?? [], grid, axes[2] ?? []];
  }

  /** A single index takes its axis away. */
  #gathered(node: Node, axes: Axes, source: string, shape: readonly number[]): Axes | null {
    const raw = int(node, 'axis', 0);
    const axis = raw < 0 ? raw + axes.length : raw;
    if (shape.length === axes.length - 1) return axes.filter((_, index) => index !== axis);
    return this.#alike(node, axes, source, shape);
  }
}

/** Row-major factors over the axes of a new shape; null where a factor would be cut across. */
function regroup(parts: readonly Part[], shape: readonly number[]): Axes | null {
  const left = [...parts];
  const axes: (readonly Part[])[] = [];
  for (const size of shape) {
    const taken: Part[] = [];
    for (let need = size; need > 1;) {
      const part = left.shift();
      if (part === undefined) return null;
      const here = Math.min(part.size, need);
      if (part.size % here !== 0 || need % here !== 0 || (here < part.size && part.kind === 'T')) return null;
      const rest = part.size / here;
      if (rest > 1) left.unshift({ ...part, size: rest });
      taken.push({ ...part, size: here, stride: part.stride * rest });
      need /= here;
    }
    axes.push(joinNeighbours(taken));
  }
  return axes;
}

/** Neighbouring factors of one axis in their order become one again. */
function joinNeighbours(parts: readonly Part[]): readonly Part[] {
  return parts.reduce<readonly Part[]>((joined, part) => {
    const last = joined.at(-1);
    const follows = last?.id === part.id && last.stride === part.stride * part.size;
    return follows ? [...joined.slice(0, -1), { ...part, size: last.size * part.size }] : [...joined, part];
  }, []);
}

function kindOf(parts: readonly Part[]): Kind {
  const kinds = new Set(parts.map(({ kind }) => kind));
  const [kind = 'X'] = kinds;
  return kinds.size === 1 ? kind : 'X';
}

/** Whether an axis consists of whole axes of these kinds, in this order. */
function isComplete(parts: readonly Part[], kinds: string): boolean {
  return parts.map(({ kind }) => kind).join('') === kinds && parts.every(({ size, total }) => size === total);
}

function product(parts: readonly Part[]): number {
  return parts.reduce((size, part) => size * part.size, 1);
}

function transposed(node: Node, axes: Axes): Axes {
  const perm = ints(node, 'perm') ?? axes.map((_, axis) => axis).toReversed();
  return perm.map((axis) => axes[axis] ?? []);
}

function gridOf(axes: Axes, shape: readonly number[]): Grid | null {
  if (shape[0] !== 1) return null;
  if (shape.length === 3) return tokenGrid(axes, shape);
  return shape.length === 4 ? (pictureGrid(axes, shape, 'NCHW') ?? pictureGrid(axes, shape, 'NHWC')) : null;
}

function pictureGrid(axes: Axes, shape: readonly number[], layout: 'NCHW' | 'NHWC'): Grid | null {
  const [c, h, w] = layout === 'NCHW' ? [1, 2, 3] : [3, 1, 2];
  const [channels, height, width] = [c, h, w].map((axis) => shape[axis] ?? 0);
  if (channels === undefined || height === undefined || width === undefined || height * width <= 1)
    return null;
  const isAxis = (axis: number, kind: Kind): boolean =>
    shape[axis] === 1 || isComplete(axes[axis] ?? [], kind);
  const fits = isChannels(axes[c] ?? [], channels) && isAxis(h, 'H') && isAxis(w, 'W');
  return fits ? { layout, channels, height, width, before: 0 } : null;
}

function tokenGrid(
  [, tokens = [], c = []]: Axes,
  [, count = 0, channels = 0]: readonly number[],
): Grid | null {
  if (!isChannels(c, channels)) return null;
  const [first, second] = tokens;
  if (first === undefined) return null;
  if (isComplete(tokens, 'HW'))
    return { layout: 'tokens', channels, height: first.size, width: second?.size ?? 1, before: 0 };
  if (!isComplete(tokens, 'T')) return null;
  const { before, rows } = first;
  return { layout: 'tokens', channels, height: rows, width: (count - before) / rows, before };
}

function isChannels(parts: readonly Part[], size: number): boolean {
  return size === 1 || kindOf(parts) === 'C';
}
