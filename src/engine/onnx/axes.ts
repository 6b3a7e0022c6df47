/** An axis or index, counted from the front. */
export function counted(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The places along an axis that Slice-13 takes, in order. */
export function slicedPlaces(size: number, start: number, end: number, step: number): readonly number[] {
  const lowest = step > 0 ? 0 : -1;
  const within = (place: number): number => Math.min(Math.max(counted(place, size), lowest), size + lowest);
  const [first, last] = [within(start), within(end)];
  const length = Math.max(0, Math.ceil((last - first) / step));
  return Array.from({ length }, (_, index) => first + index * step);
}

/** Places along an axis. */
export interface AxisPlaces {
  readonly axis: number;
  readonly places: readonly number[];
}

/**
 * The places that Slice-13 takes along its axes of an operand of this shape.
 * @param given values of its starts, ends, axes and steps; undefined where it has none, null where they are not known
 * @returns null where that is not known
 */
export function slicedAxes(
  shape: readonly number[],
  [starts, ends, axes, steps]: readonly (readonly number[] | null | undefined)[],
): readonly AxisPlaces[] | null {
  if (!starts || !ends || axes === null || steps === null) return null;
  return starts.map((start, index) => {
    const axis = counted(axes?.[index] ?? index, shape.length);
    const size = shape[axis] ?? 1;
    return { axis, places: slicedPlaces(size, start, ends[index] ?? size, steps?.[index] ?? 1) };
  });
}
