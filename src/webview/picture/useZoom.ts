import type { TargetedWheelEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { MapPoint, Size } from './geometry.js';
import { bringInto, FIT, fullFactor, panBy, zoomAt, ZOOM_STEP, type Extent, type Zoom } from './zoom.js';

/** How large a picture is shown, and what changes that. */
export interface Zooming {
  readonly zoom: Zoom;
  /** Whether some of the picture may be out of sight. */
  readonly isLarger: boolean;
  /** Pixels of the page for one of the file. */
  readonly share: number;
  readonly enlarge: (times: number) => void;
  readonly fit: () => void;
  /** One pixel of the page for one of the file. */
  readonly full: () => void;
  /** By pixels of the page. */
  readonly pan: (right: number, down: number) => void;
  /** Brings a point of the box into sight. */
  readonly show: (at: MapPoint) => void;
  /** @returns whether the key means something here */
  readonly byKey: (key: string) => boolean;
  readonly onWheel: (event: TargetedWheelEvent<HTMLElement>) => void;
}

export function useZoom(picture: Extent, box: Size): Zooming {
  const [zoom, setZoom] = useState(FIT);
  const most = box.width > 0 && box.height > 0 ? fullFactor(picture, box) : 1;
  const centre = { x: box.width / 2, y: box.height / 2 };
  const enlarge = (times: number, at: MapPoint = centre): void => {
    setZoom((now) => zoomAt(now, times, at, picture, box));
  };
  const fit = (): void => {
    setZoom(FIT);
  };
  const full = (): void => {
    setZoom((now) => zoomAt(now, most / now.factor, centre, picture, box));
  };
  return {
    zoom,
    isLarger: zoom.factor > 1,
    share: zoom.factor / most,
    enlarge,
    fit,
    full,
    pan: (right, down) => {
      setZoom((now) => panBy(now, right, down, picture, box));
    },
    show: (at) => {
      setZoom((now) => bringInto(now, at, picture, box));
    },
    byKey: (key) => {
      if (key === '+' || key === '=') enlarge(ZOOM_STEP);
      else if (key === '-') enlarge(1 / ZOOM_STEP);
      else if (key === '0') fit();
      else if (key === '1') full();
      else return false;
      return true;
    },
    onWheel: (event) => {
      // A pinch on a touchpad comes as this too.
      if (!event.ctrlKey) return;
      event.preventDefault();
      enlarge(Math.exp(-event.deltaY / 300), { x: event.offsetX, y: event.offsetY });
    },
  };
}
