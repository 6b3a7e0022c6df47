import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ColorMapId, Picture } from '../../protocol/explanation.js';
import type { Grid } from '../../heatmap/grid.js';
import { OverlayCanvas } from '../picture/OverlayCanvas.js';
import { useFrame } from '../state/frame.js';

export interface LayerOverlayProps {
  readonly picture: Picture;
  readonly grid: Grid | null;
  /** Where it is not that of the display: another scale, with colours of its own. */
  readonly signed?: boolean;
}

/** Colours of a scale on which zero lies in the middle. */
export const SIGNED_COLORS: ColorMapId = 'seismic';
export const SIGNED_SCALE = [-1, 1] as const;

/** A map over its picture: on its own scale, or a difference of two on that from −1 to 1. */
export function LayerOverlay({ picture, grid, signed = false }: LayerOverlayProps): VNode {
  const { display } = useFrame();
  const drawn = useMemo(
    () => (signed ? { ...display, colorMap: SIGNED_COLORS, scale: SIGNED_SCALE, mask: false } : display),
    [display, signed],
  );
  return <OverlayCanvas picture={picture} grid={grid} display={drawn} />;
}
