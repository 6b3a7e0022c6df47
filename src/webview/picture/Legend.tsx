import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ColorMapId } from '../../protocol/explanation.js';
import { COLOR_STEPS, colorTable } from '../../heatmap/colorMaps.js';
import { formatValue } from '../../protocol/numbers.js';
import { fill } from '../common/format.js';
import { ticksBetween } from '../common/ticks.js';
import { useElementSize } from '../common/useElementSize.js';
import { useFrame } from '../state/frame.js';
import type { Scale } from '../state/selectors.js';

/** About the width of a digit in pixels, and what is left between two numbers. */
const DIGIT = 7;
const GAP = 4;

export interface LegendProps {
  readonly scale: Scale;
  /** Of the bar, where it is not that of the display. */
  readonly colorMap?: ColorMapId;
  /** Marked on the bar. */
  readonly value: number | null;
}

/** The colour bar with its values. */
export function Legend({ scale: [low, high], colorMap: own, value }: LegendProps): VNode {
  const { display, strings } = useFrame();
  const colorMap = own ?? display.colorMap;
  const isFaded = display.mask && own === undefined;
  const bar = useRef<HTMLCanvasElement>(null);
  const { width } = useElementSize(bar);
  useLayoutEffect(() => {
    bar.current?.getContext('2d')?.putImageData(barImage(colorMap), 0, 0);
  }, [colorMap]);
  const place = (at: number): number =>
    high > low ? Math.min(1, Math.max(0, (at - low) / (high - low))) : 0.5;
  // The ends' numbers begin at the ends, a tick's stands around it.
  const hasRoom = (tick: number): boolean => {
    const half = GAP + (DIGIT * formatValue(tick).length) / 2;
    const left = width * place(tick) - half;
    const right = width * (1 - place(tick)) - half;
    return left > DIGIT * formatValue(low).length && right > DIGIT * formatValue(high).length;
  };
  const numbers = ticksBetween(low, high, 3).filter(hasRoom);
  // Where evidence for the class turns into evidence against it is always seen.
  const ticks = low < 0 && high > 0 && !numbers.includes(0) ? [0, ...numbers] : numbers;
  const label = fill(strings.legend, { low: formatValue(low), high: formatValue(high) });
  return (
    <div class={isFaded ? 'legend faded' : 'legend'} role="img" aria-label={label} title={label}>
      <div class="legend-bar">
        <canvas ref={bar} width={COLOR_STEPS} height={1} />
        {ticks.map((tick) => (
          <span key={tick} class="legend-tick" style={{ left: `${100 * place(tick)}%` }} />
        ))}
        {value !== null && <span class="legend-marker" style={{ left: `${100 * place(value)}%` }} />}
      </div>
      <div class="legend-values">
        <span>{formatValue(low)}</span>
        {numbers.map((tick) => (
          <span key={tick} class="legend-value" style={{ left: `${100 * place(tick)}%` }}>
            {formatValue(tick)}
          </span>
        ))}
        <span>{formatValue(high)}</span>
      </div>
    </div>
  );
}

function barImage(colorMap: ColorMapId): ImageData {
  const table = colorTable(colorMap);
  const image = new ImageData(COLOR_STEPS, 1);
  for (let step = 0; step < COLOR_STEPS; step++) {
    image.data.set([...table.subarray(3 * step, 3 * step + 3), 255], 4 * step);
  }
  return image;
}
