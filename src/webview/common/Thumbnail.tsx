import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Display } from '../../protocol/explanation.js';
import type { Grid } from '../../heatmap/grid.js';
import { paintMap } from '../../heatmap/paint.js';

/** Larger maps are read at this many points a side. */
const MAX_SIDE = 96;

export interface ThumbnailProps {
  readonly grid: Grid;
  readonly display: Display;
  /** Lowest and highest value of the colours; null for the map's own. */
  readonly scale: readonly [number, number] | null;
}

/** A map in small; the text beside it says what it is. */
export function Thumbnail({ grid, display, scale }: ThumbnailProps): VNode {
  const ref = useRef<HTMLCanvasElement>(null);
  const width = Math.min(grid.width, MAX_SIDE);
  const height = Math.min(grid.height, MAX_SIDE);
  const { values } = grid;
  const { colorMap, smooth } = display;
  const [low, high] = scale ?? [null, null];
  useLayoutEffect(() => {
    const context = ref.current?.getContext('2d');
    const range = low === null ? null : ([low, high] as const);
    const drawn = { colorMap, scale: range, smooth: false, mask: false, emphasis: null, opacity: 1 };
    const source = { width: grid.width, height: grid.height, values };
    context?.putImageData(new ImageData(paintMap(source, width, height, drawn), width), 0, 0);
  }, [values, grid.width, grid.height, width, height, colorMap, low, high]);
  return (
    <canvas
      ref={ref}
      class={smooth ? 'thumbnail' : 'thumbnail blocks'}
      width={width}
      height={height}
      aria-hidden="true"
    />
  );
}
