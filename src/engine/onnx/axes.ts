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
