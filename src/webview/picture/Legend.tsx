import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ColorMapId } from '../../protocol/explanation.js';
import { COLOR_STEPS, colorTable } from '../../heatmap/colorMaps.js';
import { colorScale } from '../../heatmap/colorScale.js';
import { formatValue } from '../../protocol/numbers.js';
import { fill } from '../common/format.js';
import { useElementSize } from '../common/useElementSize.js';
import { useFrame } from '../state/frame.js';
import type { Scale } from '../state/selectors.js';
import { legendNumbers } from './legendNumbers.js';

export interface LegendProps {
  /** Lowest and highest value that are told apart. */
  readonly scale: Scale;
  /** Lowest and highest value that there is, where the colours may not tell all of them apart. */
  readonly extent?: Scale;
  /** Of the bar, where it is not that of the display. */
  readonly colorMap?: ColorMapId;
  /** Marked on the bar. */
  readonly value: number | null;
}

/** The colour bar with its values. */
export function Legend({ scale, extent, colorMap: own, value }: LegendProps): VNode {
  const { display, strings } = useFrame();
  const colorMap = own ?? display.colorMap;
  const [low, high] = colorScale(colorMap, scale);
  const isFaded = display.mask && own === undefined;
  const bar = useRef<HTMLCanvasElement>(null);
  const { width } = useElementSize(bar);
  useLayoutEffect(() => {
    bar.current?.getContext('2d')?.putImageData(barImage(colorMap), 0, 0);
  }, [colorMap]);
  const place = (at: number): number =>
    high > low ? Math.min(1, Math.max(0, (at - low) / (high - low))) : 0.5;
  const ends = {
    low: endText(low, extent !== undefined && extent[0] < low, strings.andLess),
    high: endText(high, extent !== undefined && extent[1] > high, strings.andMore),
  };
  const numbers = legendNumbers([low, high], width, ends);
  const label = fill(strings.legend, ends);
  return (
    <div class={isFaded ? 'legend faded' : 'legend'} role="img" aria-label={label} title={label}>
      <div class="legend-bar">
        <canvas ref={bar} width={COLOR_STEPS} height={1} />
        {numbers.between.map((tick) => (
          <span key={tick} class="legend-tick" style={{ left: `${100 * place(tick)}%` }} />
        ))}
        {value !== null && <span class="legend-marker" style={{ left: `${100 * place(value)}%` }} />}
      </div>
      <div class="legend-values">
        <span>{numbers.low && ends.low}</span>
        {numbers.between.map((tick) => (
          <span key={tick} class="legend-value" style={{ left: `${100 * place(tick)}%` }}>
            {formatValue(tick)}
          </span>
        ))}
        <span>{numbers.high && ends.high}</span>
      </div>
    </div>
  );
}

/** @param open whether there are values beyond, which have the same colour */
function endText(value: number, open: boolean, template: string): string {
  return open ? fill(template, { value: formatValue(value) }) : formatValue(value);
}

function barImage(colorMap: ColorMapId): ImageData {
  const table = colorTable(colorMap);
  const image = new ImageData(COLOR_STEPS, 1);
  for (let step = 0; step < COLOR_STEPS; step++) {
    image.data.set([...table.subarray(3 * step, 3 * step + 3), 255], 4 * step);
  }
  return image;
}
