import type { Grid } from './grid.js';

/** Where one target index reads on its source axis: (1 − weight) · low + weight · high. */
interface Tap {
  readonly low: number;
  readonly high: number;
  readonly weight: number;
}

/** Bilinear with half-pixel centres and repeated borders, as PyTorch's `align_corners=False`. */
export function upsampleBilinear({ width, height, values }: Grid, toWidth: number, toHeight: number): Grid {
  const widened = widenedRows({ width, height, values }, toWidth);
  const result = new Float32Array(toWidth * toHeight);
  let at = 0;
  for (const { low, high, weight } of taps(height, toHeight)) {
    const [above, below] = [low * toWidth, high * toWidth];
    for (let column = 0; column < toWidth; column++) {
      const value = widened[above + column] ?? 0;
      result[at++] = value + weight * ((widened[below + column] ?? 0) - value);
    }
  }
  return { width: toWidth, height: toHeight, values: result };
}

/** Each row at its new width, which several of the rows between them are made of. */
function widenedRows({ width, height, values }: Grid, toWidth: number): Float64Array {
  const columns = taps(width, toWidth);
  const result = new Float64Array(toWidth * height);
  let at = 0;
  for (let row = 0; row < height; row++)
    for (const column of columns) result[at++] = mix(values, row * width, column);
  return result;
}

/** Every target pixel takes the source cell that its centre lies in: blocks of the source's resolution. */
export function upsampleNearest({ width, height, values }: Grid, toWidth: number, toHeight: number): Grid {
  const result = new Float32Array(toWidth * toHeight);
  const columns = Array.from({ length: toWidth }, (_, x) => Math.floor(((x + 0.5) * width) / toWidth));
  let at = 0;
  for (let y = 0; y < toHeight; y++) {
    const row = Math.floor(((y + 0.5) * height) / toHeight) * width;
    for (const column of columns) result[at++] = values[row + column] ?? 0;
  }
  return { width: toWidth, height: toHeight, values: result };
}

function taps(size: number, toSize: number): Tap[] {
  return Array.from({ length: toSize }, (_, i) => tapAt(((i + 0.5) * size) / toSize, size));
}

/** `position` on an axis on which cell i reaches from i to i + 1. */
function tapAt(position: number, size: number): Tap {
  const center = Math.min(Math.max(position - 0.5, 0), size - 1);
  const low = Math.floor(center);
  return { low, high: Math.min(low + 1, size - 1), weight: center - low };
}

function mix(values: Float32Array, row: number, { low, high, weight }: Tap): number {
  const left = values[row + low] ?? 0;
  return left + weight * ((values[row + high] ?? 0) - left);
}

/** The value at a point of the grid, both coordinates 0 … 1 from the top left corner. */
export function valueAt(grid: Grid, x: number, y: number, smooth: boolean): number {
  if (!smooth) {
    const column = Math.min(Math.floor(x * grid.width), grid.width - 1);
    const row = Math.min(Math.floor(y * grid.height), grid.height - 1);
    return grid.values[row * grid.width + column] ?? 0;
  }
  const column = tapAt(x * grid.width, grid.width);
  const row = tapAt(y * grid.height, grid.height);
  const above = mix(grid.values, row.low * grid.width, column);
  const below = mix(grid.values, row.high * grid.width, column);
  return above + row.weight * (below - above);
}
