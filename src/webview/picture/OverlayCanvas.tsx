import type { VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { useElementSize } from '../common/useElementSize.js';
import { drawOverlay, layerBitmap, overlaySize, type Overlay } from './overlay.js';

/** A small picture of what the model sees, with a map over it, as wide as its place; the text beside it says what it is. */
export function OverlayCanvas(overlay: Overlay): VNode {
  const { picture, grid, display } = overlay;
  const { opacity, smooth } = display;
  const ref = useRef<HTMLCanvasElement>(null);
  const size = useElementSize(ref);
  const box = { width: Math.round(size.width * size.ratio), height: Math.round(size.height * size.ratio) };
  const { width, height } = overlaySize(picture, box);
  const layer = useLayer(grid, width, height, overlay);
  useLayoutEffect(() => {
    const canvas = ref.current;
    if (!canvas || width < 2 || height < 2) return;
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    if (context) drawOverlay(context, { picture, opacity, smooth }, layer, { width, height });
  }, [picture, opacity, smooth, layer, width, height]);
  const { crop } = picture;
  return (
    <canvas
      ref={ref}
      class="overlay"
      style={{ aspectRatio: `${crop.width} / ${crop.height}` }}
      aria-hidden="true"
    />
  );
}

/** Coloured anew only where it would look different: opacity comes in when it is drawn. */
function useLayer(
  grid: Overlay['grid'],
  width: number,
  height: number,
  { display }: Overlay,
): OffscreenCanvas | null {
  const { colorMap, smooth, mask, emphasis } = display;
  const [low, high] = display.scale ?? [null, null];
  return useMemo(() => {
    if (!grid || width < 2 || height < 2) return null;
    const scale = low === null ? null : ([low, high] as const);
    return layerBitmap(
      grid,
      { width, height },
      {
        colorMap,
        smooth,
        mask,
        emphasis,
        scale,
        opacity: 1,
      },
    );
  }, [grid, width, height, colorMap, smooth, mask, emphasis, low, high]);
}
