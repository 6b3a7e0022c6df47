import type { TimelineLayer } from '../../../protocol/timeline.js';
import type { Grid } from '../../../heatmap/grid.js';

const grids = new WeakMap<TimelineLayer, Grid>();

/** A layer's map on its grid: the same object for the same layer, so that it is coloured once. */
export function gridOfLayer(layer: TimelineLayer): Grid {
  let grid = grids.get(layer);
  if (!grid) {
    grid = { width: layer.width, height: layer.height, values: layer.map };
    grids.set(layer, grid);
  }
  return grid;
}
