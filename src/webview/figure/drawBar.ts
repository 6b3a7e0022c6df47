import { COLOR_STEPS, colorTable } from '../../heatmap/colorMaps.js';
import type { ColorMapId } from '../../protocol/explanation.js';
import type { FigureCell } from './figure.js';

/** Draws the colours of a map from the lowest to the highest, in one column for each. */
export function drawBar(colorMap: ColorMapId): FigureCell['draw'] {
  const table = colorTable(colorMap);
  return (context, width, height) => {
    for (let step = 0; step < COLOR_STEPS; step++) {
      const [red, green, blue] = table.subarray(3 * step, 3 * step + 3);
      context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
      // Each reaches below the next, so that no seam shows.
      const left = (step * width) / COLOR_STEPS;
      context.fillRect(left, 0, width - left, height);
    }
  };
}
