import { elementCount } from '../onnx/tensor.js';

/** A rectangle of the picture, whose sides are 1. */
export interface Cell {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Which part of the picture each element of a tensor stands for. */
export interface Places {
  /** The tensor's shape, with 1 for every axis along which the part stays the same. */
  readonly shape: readonly number[];
  /** One for each element of this shape; null for what stands nowhere, as a class token does. */
  readonly cells: readonly (Cell | null)[];
  /** Where the cells are the whole picture's, in their order: of how many rows and columns. */
  readonly even?: { readonly height: number; readonly width: number };
}

/** A picture cut evenly into rows and columns, which lie along two axes of a tensor. */
export function divided(
  rank: number,
  [y, x]: readonly [number, number],
  [height, width]: readonly [number, number],
): Places {
  let cells: readonly Cell[] | null = null;
  return {
    shape: Array.from({ length: rank }, (_, axis) => (axis === y ? height : axis === x ? width : 1)),
    even: { height, width },
    // Most pictures that a network takes are never asked for their pixels.
    get cells() {
      cells ??= Array.from({ length: height * width }, (_, index): Cell => {
        const [row, column] = [Math.floor(index / width), index % width];
        return {
          top: row / height,
          left: column / width,
          bottom: (row + 1) / height,
          right: (column + 1) / width,
        };
      });
      return cells;
    },
  };
}

/** With other axes: for each, where in `cells` its steps lie, added up over the axes; NaN for nowhere. */
function read(cells: Places['cells'], axes: readonly (readonly number[])[]): Places {
  let offsets = Float64Array.of(0);
  for (const steps of axes) {
    const finer = new Float64Array(offsets.length * steps.length);
    offsets.forEach((offset, index) => {
      for (const [step, own] of steps.entries()) finer[index * steps.length + step] = offset + own;
    });
    offsets = finer;
  }
  return {
    shape: axes.map(({ length }) => length),
    cells: Array.from(offsets, (offset) => cells[offset] ?? null),
  };
}

/** Where in `cells` the steps of each axis lie. */
function stepsOf(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.map((size, axis) => {
    const stride = elementCount(shape.slice(axis + 1));
    return Array.from({ length: size }, (_, index) => index * stride);
  });
}

/** Each axis of the result is this axis of the given one, or a new one where it is undefined. */
export function arranged({ shape, cells }: Places, order: readonly (number | undefined)[]): Places {
  const steps = stepsOf(shape);
  return read(
    cells,
    order.map((axis) => (axis === undefined ? [0] : (steps[axis] ?? [0]))),
  );
}

/** These steps of an axis; those that it does not have stand nowhere. */
export function taken(places: Places, axis: number, indices: readonly number[]): Places {
  return places.shape[axis] === 1 ? places : narrowed(chosen(places, axis, indices));
}

function chosen({ shape, cells }: Places, axis: number, indices: readonly number[]): Places {
  const steps = stepsOf(shape);
  return read(
    cells,
    steps.with(
      axis,
      indices.map((index) => steps[axis]?.[index] ?? NaN),
    ),
  );
}

/**
 * These steps of an axis along which a picture lies, which goes on beyond its edges as it does at them.
 * @param indices consecutive; some may be below 0 or past the end
 */
export function extended(places: Places, axis: number, indices: readonly number[]): Places {
  const last = (places.shape[axis] ?? 1) - 1;
  if (last === 0) return places;
  const edges = indices.map((index) => Math.min(Math.max(index, 0), last));
  const { shape, cells } = chosen(places, axis, edges);
  const inside = chosen(
    places,
    axis,
    edges.map((edge) => (edge === 0 ? 1 : edge - 1)),
  ).cells;
  const stride = elementCount(shape.slice(axis + 1));
  const moved = cells.map((cell, place) => {
    const step = Math.floor(place / stride) % indices.length;
    const beyond = Math.abs((indices[step] ?? 0) - (edges[step] ?? 0));
    return shifted(cell, inside[place] ?? null, beyond);
  });
  return narrowed({ shape, cells: moved });
}

/** A cell moved on by so many times the way from another one to it. */
function shifted(cell: Cell | null, from: Cell | null, times: number): Cell | null {
  if (cell === null || from === null || times === 0) return cell;
  const further = (side: keyof Cell): number => cell[side] + times * (cell[side] - from[side]);
  return { top: further('top'), left: further('left'), bottom: further('bottom'), right: further('right') };
}

/** Along these axes written out up to the given sizes. */
export function widened(places: Places, sizes: readonly number[]): Places {
  if (places.shape.every((size, axis) => size === sizes[axis])) return places;
  const steps = stepsOf(places.shape);
  return read(
    places.cells,
    steps.map((own, axis) => (own.length === 1 ? Array.from({ length: sizes[axis] ?? 1 }, () => 0) : own)),
  );
}

/** Axes along which the part stays the same get the size 1. */
function narrowed(places: Places): Places {
  const { shape, cells } = places;
  const steps = stepsOf(shape);
  const kept = steps.map((own, axis) => (isSame(places, axis) ? [0] : own));
  return kept.every((own, axis) => own.length === shape[axis]) ? places : read(cells, kept);
}

function isSame({ shape, cells }: Places, axis: number): boolean {
  const size = shape[axis] ?? 1;
  const stride = elementCount(shape.slice(axis + 1));
  if (size === 1) return true;
  return cells.every(
    (cell, index) => index % (stride * size) < stride || areEqual(cell, cells[index - stride]),
  );
}

/** What all steps of these axes together stand for. */
export function merged(places: Places, axes: readonly number[]): Places {
  return axes.reduce((before, axis): Places => {
    const size = before.shape[axis] ?? 1;
    if (size === 1) return before;
    const { shape, cells } = before;
    const inner = elementCount(shape.slice(axis + 1));
    const together = Array.from({ length: cells.length / size }, (_, index) => {
      const start = Math.floor(index / inner) * inner * size + (index % inner);
      let cell = cells[start] ?? null;
      for (let step = 1; step < size; step++) cell = union(cell, cells[start + step * inner] ?? null);
      return cell;
    });
    return narrowed({ shape: shape.with(axis, 1), cells: together });
  }, places);
}

/** An axis each step of which stands for these steps of the given one together; for none, nowhere. */
export function collected(places: Places, axis: number, steps: readonly (readonly number[])[]): Places {
  const { shape, cells } = places;
  const size = shape[axis] ?? 1;
  if (size === 1) return places;
  const inner = elementCount(shape.slice(axis + 1));
  const outer = cells.length / (size * inner);
  const together = Array.from({ length: outer * steps.length * inner }, (_, index) => {
    const [from, step] = [
      Math.floor(index / (inner * steps.length)),
      Math.floor(index / inner) % steps.length,
    ];
    const own = (steps[step] ?? []).map(
      (each) => cells[(from * size + each) * inner + (index % inner)] ?? null,
    );
    return own.reduce(union, null);
  });
  return narrowed({ shape: shape.with(axis, steps.length), cells: together });
}

/** What elements stand for that are computed of one of each of these, of as many axes. */
export function overlaid(all: readonly Places[]): Places | null {
  const [first, ...others] = all;
  if (first === undefined) return null;
  if (others.every((places) => places === first || places.cells === first.cells)) return first;
  const shape = first.shape.map((_, axis) => Math.max(...all.map((places) => places.shape[axis] ?? 1)));
  const wide = all.map((places) => widened(places, shape).cells);
  const cells = Array.from({ length: elementCount(shape) }, (_, index) =>
    wide.map((own) => own[index] ?? null).reduce(union, null),
  );
  return narrowed({ shape, cells });
}

/** The same elements in another shape; null where that has another number of them. */
export function reshaped(places: Places, from: readonly number[], to: readonly number[]): Places | null {
  if (elementCount(from) !== elementCount(to)) return null;
  const sizes = [...places.shape];
  const shape: number[] = [];
  for (const [before, after] of groups(from, to)) {
    const varies = before.some((axis) => (places.shape[axis] ?? 1) > 1);
    if (varies) for (const axis of before) sizes[axis] = from[axis] ?? 1;
    for (const axis of after) shape.push(varies ? (to[axis] ?? 1) : 1);
  }
  return narrowed({ shape, cells: widened(places, sizes).cells });
}

/** Neighbouring axes of two shapes, as few as have the same number of elements. */
function groups(
  from: readonly number[],
  to: readonly number[],
): readonly (readonly [readonly number[], readonly number[]])[] {
  const found: (readonly [readonly number[], readonly number[]])[] = [];
  for (let i = 0, j = 0; i < from.length || j < to.length;) {
    const [before, after]: [number[], number[]] = [[], []];
    let [left, right] = [1, 1];
    do {
      if (i < from.length && (left <= right || j === to.length)) {
        left *= from[i] ?? 1;
        before.push(i++);
      } else {
        right *= to[j] ?? 1;
        after.push(j++);
      }
    } while (left !== right);
    found.push([before, after]);
  }
  return found;
}

/** One behind the other along an axis, each with its size there; null for what stands nowhere. */
export function joined(
  parts: readonly { readonly places: Places | null; readonly size: number }[],
  axis: number,
): Places | null {
  const known = parts.flatMap(({ places }) => places ?? []);
  const [first] = known;
  if (first === undefined) return null;
  if (first.shape[axis] === 1 && parts.every(({ places }) => places === first)) return first;
  const shape = first.shape.map((_, each) => Math.max(...known.map((places) => places.shape[each] ?? 1)));
  const inner = elementCount(shape.slice(axis + 1));
  const runs = parts.map(({ places, size }) => ({
    length: size * inner,
    cells: places === null ? [] : widened(places, shape.with(axis, size)).cells,
  }));
  const cells = Array.from({ length: elementCount(shape.slice(0, axis)) }, (_, index) =>
    runs.flatMap(({ length, cells: own }) =>
      Array.from({ length }, (__, step) => own[index * length + step] ?? null),
    ),
  ).flat();
  const total = parts.reduce((sum, { size }) => sum + size, 0);
  return narrowed({ shape: shape.with(axis, total), cells });
}

function union(a: Cell | null, b: Cell | null): Cell | null {
  if (a === null || b === null) return a ?? b;
  return areEqual(a, b)
    ? a
    : {
        top: Math.min(a.top, b.top),
        left: Math.min(a.left, b.left),
        bottom: Math.max(a.bottom, b.bottom),
        right: Math.max(a.right, b.right),
      };
}

function areEqual(a: Cell | null | undefined, b: Cell | null | undefined): boolean {
  if (a == null || b == null) return (a ?? null) === (b ?? null);
  return a === b || (a.top === b.top && a.left === b.left && a.bottom === b.bottom && a.right === b.right);
}

/** Whether rows and columns go from edge to edge, but for less than one of them. */
export function isWholePicture(places: Places, height: number, width: number): boolean {
  if (places.even !== undefined) return true;
  const { cells } = places;
  const least = (side: keyof Cell): number =>
    cells.reduce((found, cell) => Math.min(found, cell?.[side] ?? Infinity), Infinity);
  const most = (side: keyof Cell): number =>
    cells.reduce((found, cell) => Math.max(found, cell?.[side] ?? -Infinity), -Infinity);
  const [row, column] = [1 / height, 1 / width];
  return (
    least('top') < row && least('left') < column && most('bottom') > 1 - row && most('right') > 1 - column
  );
}
