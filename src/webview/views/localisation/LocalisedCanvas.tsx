import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useElementSize } from '../../common/useElementSize.js';
import { drawLocalised, type LocalisedPicture } from './drawLocalised.js';

/** The picture masked, as wide as its place; the text beside it says what it is. */
export function LocalisedCanvas(shown: LocalisedPicture): VNode {
  const { picture, kept, cover, marks } = shown;
  const ref = useRef<HTMLCanvasElement>(null);
  const { width, height, ratio } = useElementSize(ref);
  const [map, threshold] = [kept?.map ?? null, kept?.threshold ?? 0];
  useLayoutEffect(() => {
    const canvas = ref.current;
    if (!canvas || width < 2 || height < 2) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d');
    if (!context) return;
    const drawn = { picture, kept: map && { map, threshold }, cover, marks };
    drawLocalised(context, drawn, canvas);
  }, [picture, map, threshold, cover, marks, width, height, ratio]);
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
