import type { Region, RegionShape } from '../protocol/annotations.js';

/** Pixels in both masks by pixels in either; null where both are empty. */
export function intersectionOverUnion(a: Uint8Array, b: Uint8Array): number | null {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    both += a[i] && b[i] ? 1 : 0;
    either += a[i] || b[i] ? 1 : 0;
  }
  return either > 0 ? both / either : null;
}

/**
 * The regions that count for a class: those named after it; where there are none, those whose name is none of the
 * model's classes, as what they show may be it.
 */
export function regionsFor<R extends Pick<Region, 'target'>>(
  regions: readonly R[],
  target: number,
): readonly R[] {
  const own = regions.filter((region) => region.target === target);
  return own.length > 0 ? own : regions.filter((region) => region.target === null);
}

/** 1 in every pixel that lies in one of the regions: in a box by the pixel's centre. */
export function regionsMask(shapes: readonly RegionShape[], width: number, height: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const shape of shapes) {
    if (shape.kind === 'mask')
      for (let pixel = 0; pixel < mask.length; pixel++) mask[pixel] ||= shape.inside[pixel] ?? 0;
    else {
      const { x, y } = shape.box;
      const [left, right] = pixelsBetween(x, x + shape.box.width, width);
      const [top, bottom] = pixelsBetween(y, y + shape.box.height, height);
      for (let row = top; row < bottom; row++)
        if (left < right) mask.fill(1, row * width + left, row * width + right);
    }
  }
  return mask;
}

/** The first pixel whose centre lies from `from` to `to`, and the one after the last. */
function pixelsBetween(from: number, to: number, size: number): readonly [number, number] {
  const first = (edge: number): number => Math.min(size, Math.max(0, Math.ceil(edge - 0.5)));
  return [first(from), first(to)];
}
