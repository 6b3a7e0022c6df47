import { counted, slicedAxes } from '../onnx/axes.js';
import { int, ints } from '../onnx/graph.js';
import { arranged, extended, joined, merged, reshaped, taken } from './places.js';
import { moving, type Rule } from './standing.js';

/** Transpose-13 */
export const transposed = moving((places, { node, shape }) =>
  arranged(places, ints(node, 'perm') ?? shape.map((_, axis) => axis).toReversed()),
);

/** Reshape-14 and its kind; a file may ask for more elements than there are, and is told so when it runs. */
export const inOtherShape = moving((places, { shape }, from) => reshaped(places, from, shape));

/** Slice-13 */
export const sliced = moving((places, { constant }, from) => {
  const given = [1, 2, 3, 4].map((index) => constant(index)?.values);
  const axes = slicedAxes(from, given);
  return axes?.reduce((found, along) => taken(found, along.axis, along.places), places) ?? null;
});

/** Gather-13 */
export const gathered = moving((places, { node, constant }, from) => {
  const chosen = constant(1);
  if (chosen === null) return null;
  const axis = counted(int(node, 'axis', 0), from.length);
  const indices = chosen.values.map((index) => counted(index, from[axis] ?? 1));
  const found = taken(places, axis, indices);
  const sizes = found.shape[axis] === 1 ? chosen.dims.map(() => 1) : chosen.dims;
  return reshaped(found, found.shape, found.shape.toSpliced(axis, 1, ...sizes));
});

/** Split-18 */
export const split = moving((places, { node, shape, before }) => {
  const axis = counted(int(node, 'axis', 0), shape.length);
  const first = before(axis);
  return taken(
    places,
    axis,
    Array.from({ length: shape[axis] ?? 1 }, (_, index) => first + index),
  );
});

/** Tile-13 */
export const tiled = moving((places, { shape }, from) =>
  shape.reduce(
    (found, size, axis) =>
      size === from[axis]
        ? found
        : taken(
            found,
            axis,
            Array.from({ length: size }, (_, index) => index % (from[axis] ?? 1)),
          ),
    places,
  ),
);

/** Concat-13 */
export const concatenated: Rule = ({ node, operands, shape }) => {
  const axis = counted(int(node, 'axis', 0), shape.length);
  const parts = operands.map(({ standing, shape: own }) => ({
    places: standing[0] ?? null,
    size: own[axis] ?? 0,
  }));
  const places = joined(parts, axis);
  return places === null ? [] : [places];
};

/** Pad-18: a picture goes on beyond its edges; what is put beside tokens stands nowhere. */
export const padded = moving((places, { shape, constant }) => {
  const pads = constant(1)?.values;
  if (pads === undefined) return null;
  const axes = constant(3)?.values ?? shape.map((_, axis) => axis);
  return axes.reduce((found, raw, index) => {
    const before = pads[index] ?? 0;
    const axis = counted(raw, shape.length);
    const indices = Array.from({ length: shape[axis] ?? 1 }, (_, place) => place - before);
    return shape.length === 4 ? extended(found, axis, indices) : taken(found, axis, indices);
  }, places);
});

/** ReduceMean-18 and its kind */
export const reduced = moving((places, { node, constant }, from) => {
  const chosen = ints(node, 'axes') ?? constant(1)?.values ?? from.map((_, axis) => axis);
  const axes = chosen.map((axis) => counted(axis, from.length));
  const found = merged(places, axes);
  if (int(node, 'keepdims', 1) === 1) return found;
  return arranged(
    found,
    from.map((_, axis) => axis).filter((axis) => !axes.includes(axis)),
  );
});
