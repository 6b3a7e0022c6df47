import type { TargetedKeyboardEvent, TargetedPointerEvent, VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Marks } from '../../protocol/annotations.js';
import type { Picture } from '../../protocol/explanation.js';
import type { Grid } from '../../heatmap/grid.js';
import { paintKept, paintLayer } from '../../heatmap/paint.js';
import { useElementSize } from '../common/useElementSize.js';
import { useFrame } from '../state/frame.js';
import type { Scale } from '../state/selectors.js';
import { bitmapOf } from './bitmap.js';
import { pointOn, pointWithin, stepProbe, type MapPoint } from './geometry.js';
import { cropOnCanvas, drawScene, outsideCover, partOf } from './scene.js';
import { useZoom } from './useZoom.js';
import { ZoomButtons } from './ZoomButtons.js';

/** Maps are coloured at most this fine and stretched by the canvas from there. */
const MAX_LAYER_SIDE = 640;
const BIG_STEP = 5;

export interface PictureCanvasProps {
  readonly picture: Picture;
  /** null while nothing is explained yet. */
  readonly grid: Grid | null;
  readonly scale: Scale;
  /** The picture is shown above this value of the map alone; null: the map, as the display says. */
  readonly keptAbove?: number | null;
  /** Outlined; null for nothing. */
  readonly marks: Marks | null;
  /** What the model sees, not the whole picture. */
  readonly cropOnly: boolean;
  readonly bare: boolean;
  readonly probe: Probe | null;
  readonly onProbe: (probe: Probe | null) => void;
}

/** A place of the map that is being read. */
export interface Probe extends MapPoint {
  readonly by: 'pointer' | 'keyboard';
}

/** The picture with a map over it, read by pointer and arrow keys, as large as one likes. */
export function PictureCanvas(props: PictureCanvasProps): VNode {
  const { picture, grid, scale, keptAbove = null, marks, cropOnly, bare, probe, onProbe } = props;
  const { display, strings } = useFrame();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useElementSize(box);
  const [held, setHeld] = useState(false);
  const part = useMemo(() => partOf(picture, cropOnly), [picture, cropOnly]);
  const zooming = useZoom(part, size);
  const { zoom } = zooming;
  const layer = useLayerBitmap(picture, grid, scale, keptAbove);

  useLayoutEffect(() => {
    if (!canvas.current || size.width === 0 || size.height === 0) return;
    drawScene(canvas.current, size, size.ratio, {
      picture,
      part,
      zoom,
      marks,
      layer: bare || held ? null : layer,
      opacity: display.opacity,
      outside: outsideCover(display.mask || keptAbove !== null, display.opacity),
      smooth: display.smooth,
      probe: probe?.by === 'keyboard' ? probe : null,
    });
  }, [picture, part, zoom, marks, layer, size, display, keptAbove, bare, held, probe]);

  const onPointerMove = ({ offsetX, offsetY, movementX, movementY, buttons }: Pointed): void => {
    if (zooming.isLarger && buttons === 1) {
      setHeld(false);
      zooming.pan(movementX, movementY);
      return;
    }
    const point = pointWithin(cropOnCanvas(picture, part, size, zoom), offsetX, offsetY);
    onProbe(point && { ...point, by: 'pointer' });
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === ' ') setHeld(true);
    else if (event.key === 'Escape') onProbe(null);
    else if (!zooming.byKey(event.key)) {
      const step = stepOf(event);
      if (!step || !grid) return;
      const next = stepProbe(grid, probe, step[0], step[1]);
      onProbe({ ...next, by: 'keyboard' });
      zooming.show(pointOn(cropOnCanvas(picture, part, size, zoom), next));
    }
    event.preventDefault();
  };
  const release = (): void => {
    setHeld(false);
  };
  return (
    <div ref={box} class="canvas-box" style={{ aspectRatio: `${part.width} / ${part.height}` }}>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={strings.picture}
        aria-description={strings.pictureHint}
        class={zooming.isLarger ? 'larger' : undefined}
        onPointerMove={onPointerMove}
        onPointerDown={({ button, pointerId, currentTarget }) => {
          setHeld(button === 0);
          if (zooming.isLarger) currentTarget.setPointerCapture(pointerId);
        }}
        onPointerUp={release}
        onPointerLeave={() => {
          release();
          onProbe(null);
        }}
        onWheel={zooming.onWheel}
        onKeyDown={onKeyDown}
        onKeyUp={release}
        onBlur={() => {
          release();
          onProbe(null);
        }}
      />
      <ZoomButtons zooming={zooming} />
    </div>
  );
}

type Pointed = TargetedPointerEvent<HTMLElement>;

/** The coloured map, made anew only where it would look different; opacity comes in when it is drawn. */
function useLayerBitmap(
  picture: Picture,
  grid: Grid | null,
  [low, high]: Scale,
  keptAbove: number | null,
): OffscreenCanvas | null {
  const { display } = useFrame();
  const { colorMap, smooth, mask, emphasis } = display;
  return useMemo(() => {
    if (!grid) return null;
    const shrink = Math.min(1, MAX_LAYER_SIDE / Math.max(picture.crop.width, picture.crop.height));
    const fine = smooth || mask || keptAbove !== null;
    const width = fine ? Math.max(1, Math.round(picture.crop.width * shrink)) : grid.width;
    const height = fine ? Math.max(1, Math.round(picture.crop.height * shrink)) : grid.height;
    const drawn = { colorMap, smooth, mask, emphasis, opacity: 1, scale: [low, high] } as const;
    const layer =
      keptAbove === null
        ? paintLayer(grid, width, height, drawn)
        : paintKept(grid, width, height, keptAbove, 1);
    return bitmapOf(layer, width, height);
  }, [picture, grid, low, high, keptAbove, colorMap, smooth, mask, emphasis]);
}

function stepOf({ key, shiftKey }: KeyboardEvent): readonly [columns: number, rows: number] | null {
  const step = shiftKey ? BIG_STEP : 1;
  switch (key) {
    case 'ArrowLeft':
      return [-step, 0];
    case 'ArrowRight':
      return [step, 0];
    case 'ArrowUp':
      return [0, -step];
    case 'ArrowDown':
      return [0, step];
    default:
      return null;
  }
}
